"""certificate/report.html: one file with its pictures and drawings in it, without a script; opens from disk, no network."""

import base64
import hashlib
from importlib.resources import files
from pathlib import Path

from spotdiff10k.run import write_atomically
from spotdiff10k.training.report import controls, curves, made, sections, trainings
from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.report.gallery import gallery
from spotdiff10k.training.report.head import head
from spotdiff10k.training.report.maps import maps
from spotdiff10k.training.report.markup import Markup, joined, tag
from spotdiff10k.training.report.thumbnails import Thumbnails
from spotdiff10k.training.results import Certificate

NAME = "report.html"
MAP_SIDE = 104
"""Pixels of the pictures that dots of a map stand for."""
COMMAND = "spotdiff10k certify RUN"
TITLES = {
    "rule": "Rule",
    "evidence": "Evidence",
    "leakage": "Leaks",
    "controls": "Controls",
    "maps": "Maps",
    "gallery": "Found",
    "efficiency": "More subjects?",
    "ablations": "Ablations",
    "filters": "Refusals",
    "training": "Training",
    "figures": "All figures",
    "made": "How it was made",
}


def write_page(folder: Path, found: Certificate, exhibit: Exhibit | None, command: str = COMMAND) -> Path:
    """Write the page into the certificate's folder. Raises RunError when that fails."""
    path = folder / NAME
    write_atomically(path, page(found, exhibit, command).encode())
    return path


def page(found: Certificate, exhibit: Exhibit | None, command: str = COMMAND) -> str:
    """The page; every text of the certificate in it is escaped."""
    mapped = maps(exhibit, Thumbnails(exhibit.picture, MAP_SIDE)) if exhibit is not None else None
    parts: dict[str, Markup | None] = {
        "rule": sections.rule(found),
        "evidence": sections.evidence(found),
        "leakage": sections.leakage(found),
        "controls": controls.controls(found),
        "maps": mapped[0] if mapped else None,
        "gallery": gallery(exhibit, Thumbnails(exhibit.picture)) if exhibit is not None else None,
        "efficiency": curves.efficiency(found),
        "ablations": sections.ablations(found),
        "filters": made.filters(found),
        "training": trainings.training(found),
        "figures": made.all_figures(found),
        "made": made.made(found, command),
    }
    shown = {name: part for name, part in parts.items() if part is not None}
    links = [tag("a", {"href": f"#{name}"}, TITLES[name]) for name in shown]
    body = tag(
        "div",
        {"id": "page"},
        head(found),
        tag("nav", {"class_": "tabs", "aria-label": "Sections"}, links),
        tag("main", None, list(shown.values())),
        tag("footer", None, "Made by spotdiff10k."),
    )
    return document(f"{found.dataset.name} · certificate", body, mapped[1] if mapped else "")


def document(title: str, body: Markup, more_style: str = "") -> str:
    """A whole page that lets nothing in but its own style and pictures."""
    style = Markup(_asset("spotdiff10k.report", "style.css") + _asset("spotdiff10k.training.report", "page.css") + more_style)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    top = joined(
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "color-scheme", "content": "light dark"}),
        tag("meta", {"name": "referrer", "content": "no-referrer"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("title", None, f"{title} · spotdiff10k"),
        tag("link", {"rel": "icon", "href": "data:,"}),
        tag("style", None, style),
    )
    return f'<!doctype html>\n<html lang="en"><head>{top}</head><body>{body}</body></html>\n'


def _asset(package: str, name: str) -> str:
    return (files(package) / "assets" / name).read_text(encoding="utf-8")
