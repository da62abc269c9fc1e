"""Opens a report from disk in headless Chromium, runs a script in it as a person would click, and returns what came of it."""

import html
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

MOST_SECONDS = 600
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--v=0",
    "--virtual-time-budget=20000",
    "--dump-dom",
)

HARNESS = """
"use strict";
const probe = {errors: []};
window.addEventListener("error", (event) => probe.errors.push(String(event.message)));
window.addEventListener("unhandledrejection", (event) => probe.errors.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) => probe.errors.push(`policy: ${event.blockedURI}`));
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const texts = (selector) => $$(selector).map((element) => element.textContent);
async function until(what, condition) {
  for (let turn = 0; turn < 400; turn += 1) {
    if (condition()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain for ${what}`);
}
async function go(hash) { location.hash = hash; await new Promise((done) => setTimeout(done, 60)); }
const set = (selector, value) => {
  const field = $(selector);
  field.value = value;
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", {bubbles: true}));
};
const press = (element, key) => element.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
(async () => {
  try {
    await until("the page", () => document.documentElement.dataset.ready === "true");
    probe.value = await (async () => { %s })();
  } catch (error) { probe.errors.push(String(error)); }
  parent.postMessage(JSON.stringify(probe), "*");
})();
"""

FRAME = """<!doctype html><title>frame</title><body style="margin: 0"><pre id="probe-result"></pre>
<iframe style="border: 0" width="%d" height="900" src="probe.html%s"></iframe>
<script>addEventListener("message", (event) => { document.getElementById("probe-result").textContent = event.data; });</script>
"""


@dataclass(frozen=True)
class Opened:
    """What the page was like in the end."""

    value: object
    errors: list[str]  # exceptions, policy violations, and what the console says


def open_report(report: Path, script: str, hash_: str = "", width: int = 1280) -> Opened:
    """Open the report's page with `script` (the body of an async function) run in it; its return value comes back."""
    page = (report / "index.html").read_text(encoding="utf-8")
    (report / "probe.js").write_text(HARNESS % script, encoding="utf-8")
    (report / "probe.html").write_text(page.replace("<body>", '<body><script src="probe.js"></script>'), encoding="utf-8")
    frame = report / "frame.html"  # a window cannot be as narrow as a phone, a frame can
    frame.write_text(FRAME % (width, html.escape(hash_)), encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [str(CHROMIUM), *FLAGS, "--window-size=1400,1000", f"--user-data-dir={profile}", frame.as_uri()],
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    dom = done.stdout.decode("utf-8", "replace")
    found = re.search(r'<pre id="probe-result">(.+?)</pre>', dom, re.DOTALL)
    assert found, f"the page did not run: {dom[:600]} {done.stderr[-600:]!r}"
    probe = json.loads(html.unescape(found[1]))
    console = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
    return Opened(probe.get("value"), probe["errors"] + console)
