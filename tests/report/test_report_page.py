"""The page in a real browser, opened from disk: grids, layers, filters, addresses, keys, and nothing hostile gets to run."""

import json
import shutil
from dataclasses import replace

import pytest
from report_browser import needs_browser, open_report
from report_runs import make_all, planned_run

from spotdiff10k import report
from spotdiff10k.report import build, source
from spotdiff10k.report.values import Quarantined, Refusal

pytestmark = needs_browser

HOSTILE = """</script><script>document.title='owned'</script>"'><img src=x onerror="document.title='owned'">&lt;b&gt; \u2028"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A report on four groups of 2 x 2."""
    run = planned_run(tmp_path_factory.mktemp("page"))
    groups = make_all(run)
    return report.write(run).parent, groups


def test_the_page_opens_from_disk_with_totals_and_the_first_factor_grid(made):
    folder, groups = made
    opened = open_report(
        folder,
        """
        await until("pictures", () => $$(".factors img.picture").length === 4 && $$(".card img").length === 16);
        await until("pixels", () => $$(".factors img, .card img").every((image) => image.complete && image.naturalWidth));
        return {title: document.title, h1: $("h1").textContent, totals: texts(".totals dd"),
                rows: texts(".rowheader .level"), columns: texts(".columnheader .level"),
                cards: $$(".card").map((card) => card.dataset.group), wide: $(".factors img").naturalWidth,
                cells: $$(".cell").map((cell) => cell.dataset.key)};
        """,
    )
    assert opened.errors == []
    value = opened.value
    assert value["h1"] == "synthetic"
    assert value["title"].startswith("synthetic")
    assert value["totals"][:2] == ["4", "16"]
    assert value["rows"] == [pose.id for pose in groups[0].poses]
    assert value["columns"] == [background.id for background in groups[0].backgrounds]
    assert value["cells"] == [cell.key for cell in groups[0].cells]
    assert value["cards"] == [group.id for group in groups]
    assert value["wide"] == 64


def test_nothing_is_asked_of_a_network_and_group_pages_load_only_when_wanted(made):
    folder, _ = made
    opened = open_report(
        folder,
        """
        await until("pictures", () => $$(".factors img.picture").length === 4);
        const early = $$("script").map((script) => script.src.split("/").pop());
        await go("#g000002");
        await until("the other group", () => $(".eyebrow").textContent.startsWith("g000002"));
        const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
        return {early, late: $$("script").map((script) => script.src.split("/").pop()), loaded};
        """,
    )
    assert opened.errors == []
    assert "g000000.js" in opened.value["early"]
    assert "g000002.js" not in opened.value["early"]
    assert "g000002.js" in opened.value["late"]
    assert all(name.startswith(("file:", "data:")) for name in opened.value["loaded"])


def test_switches_lay_each_layer_over_every_picture_and_take_it_away(made):
    folder, _ = made
    opened = open_report(
        folder,
        """
        await until("pictures", () => $$(".factors img.picture").length === 4);
        const seen = {};
        for (const name of $$(".toggle").map((button) => button.dataset.layer)) {
          $(`.panel [data-layer="${name}"]`).click();
          seen[name] = $$(`.factors .layer-${name}`).length;
          const pressed = $(`.panel .toggle[data-layer="${name}"]`).getAttribute("aria-pressed");
          $(`.panel .toggle[data-layer="${name}"]`).click();
          if (pressed !== "true" || $$(".factors .layer").length) throw new Error(`${name} does not switch`);
        }
        return seen;
        """,
    )
    assert opened.errors == []
    assert opened.value == dict.fromkeys(("plate", "normal", "depth", "shadow", "mask", "skeleton", "box"), 4)


def test_an_address_opens_a_group_or_one_of_its_samples(made):
    folder, groups = made
    group = open_report(folder, """return {now: $(".eyebrow").textContent, open: $$("dialog[open]").length};""", "#g000003")
    assert group.errors == []
    assert group.value["now"].startswith("g000003")
    assert group.value["open"] == 0
    cell = groups[3].cells[2]
    one = open_report(
        folder,
        """
        await until("the sample", () => $("dialog[open] .viewer-facts h2"));
        return {key: $(".viewer .key").textContent, caption: $(".viewer h2").textContent, facts: texts(".viewer dd")};
        """,
        f"#{cell.key}",
    )
    assert one.errors == []
    assert one.value["key"] == cell.key
    assert one.value["caption"] == cell.caption
    assert "37.5 % of the picture" in " ".join(one.value["facts"])


def test_an_address_that_leads_nowhere_still_shows_pictures(made):
    folder, _ = made
    for wrong in ("#g999999", "#../../etc/passwd", "#%3Cscript%3E", "#g000001-p09-b09", "#%"):
        opened = open_report(
            folder, """await until("pictures", () => $$(".factors img.picture").length === 4); return true;""", wrong
        )
        assert opened.errors == [], wrong


def test_clicking_enlarges_arrow_keys_move_and_closing_returns(made):
    folder, groups = made
    keys = [cell.key for cell in groups[1].cells]
    walk = [
        ("ArrowRight", keys[1]),
        ("ArrowRight", keys[2]),
        ("ArrowDown", keys[2]),
        ("ArrowLeft", keys[1]),
        ("ArrowDown", keys[3]),
    ]
    opened = open_report(
        folder,
        f"""
        await until("pictures", () => $$(".factors img.picture").length === 4);
        $$(".cell")[0].click();
        await until("the viewer", () => $("dialog[open] .key") && location.hash === "#{keys[0]}");
        for (const [key, expected] of {json.dumps(walk)}) {{
          press($("dialog"), key);
          await until(expected, () => $("dialog[open] .key").textContent === expected && location.hash === `#${{expected}}`);
        }}
        $("dialog .close").click();
        await until("the way back", () => !$("dialog").open && location.hash === "#g000001");
        press($$(".cell")[0], "ArrowRight");
        return document.activeElement.dataset.key;
        """,
        "#g000001",
    )
    assert opened.errors == []
    assert opened.value == keys[1]


def test_filters_narrow_the_cards_and_the_search_reads_words(made):
    folder, groups = made
    wanted = groups[2]
    pose, background = wanted.poses[0].id, wanted.backgrounds[1].id
    opened = open_report(
        folder,
        f"""
        const cards = () => $$(".card").map((card) => card.dataset.group);
        const found = {{}};
        set('[data-filter="split"]', "{wanted.split}"); found.split = cards(); set('[data-filter="split"]', "");
        set('[data-filter="pose"]', "{pose}"); found.pose = cards(); set('[data-filter="pose"]', "");
        set('[data-filter="background"]', "{background}"); found.background = cards();
        set('[data-filter="background"]', "kind:photo"); found.kind = cards(); set('[data-filter="background"]', "");
        set('[data-filter="text"]', "{wanted.id} {wanted.subject.family[:4].upper()}"); found.text = cards();
        await until("the group", () => $(".eyebrow").textContent.startsWith("{wanted.id}"));
        set('[data-filter="text"]', "no such thing"); found.none = [cards(), $(".counter").textContent];
        return found;
        """,
    )
    assert opened.errors == []
    assert opened.value["split"] == [group.id for group in groups if group.split == wanted.split]
    assert opened.value["pose"] == [group.id for group in groups if pose in [one.id for one in group.poses]]
    assert opened.value["background"] == [group.id for group in groups if background in [one.id for one in group.backgrounds]]
    assert opened.value["kind"] == [group.id for group in groups]
    assert opened.value["text"] == [wanted.id]
    assert opened.value["none"] == [[], "No group passes the filter."]


def test_a_level_leads_to_all_groups_that_share_it_and_clearing_shows_all(made):
    folder, groups = made
    pose, background = groups[0].poses[1].id, groups[0].backgrounds[0].id
    opened = open_report(
        folder,
        """
        await until("pictures", () => $$(".factors img.picture").length === 4);
        const cards = () => $$(".card").map((card) => card.dataset.group);
        const shown = () => !$(".clear").hidden;
        const found = {before: shown()};
        $$(".rowheader .level")[1].click();
        found.pose = cards();
        $$(".columnheader .level")[0].click();
        found.both = [cards(), $('[data-filter="background"]').value, shown()];
        $(".clear").click();
        found.all = [cards(), $('[data-filter="pose"]').value, shown()];
        return found;
        """,
    )
    assert opened.errors == []
    shared = [group.id for group in groups if pose in [one.id for one in group.poses]]
    both = [group.id for group in groups if group.id in shared and background in [one.id for one in group.backgrounds]]
    assert opened.value["before"] is False
    assert opened.value["pose"] == shared
    assert opened.value["both"] == [both, background, True]
    assert opened.value["all"] == [[group.id for group in groups], "", False]


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(made, width):
    folder, _ = made
    opened = open_report(
        folder,
        """
        await until("pictures", () => $$(".factors img.picture").length === 4);
        return {page: document.documentElement.scrollWidth, window: document.documentElement.clientWidth};
        """,
        width=width,
    )
    assert opened.errors == []
    assert width - 20 <= opened.value["window"] <= width
    assert opened.value["page"] <= opened.value["window"]


def test_hostile_words_are_shown_as_words(made, tmp_path):
    folder, _ = made
    story = source.read(report_run(folder))
    group = story.groups[0]
    nasty = replace(
        group,
        subject=replace(group.subject, description=HOSTILE, class_noun=HOSTILE, family=HOSTILE),
        poses=tuple(replace(pose, id=f"{HOSTILE}{place}", description=HOSTILE) for place, pose in enumerate(group.poses)),
        backgrounds=tuple(
            replace(one, id=f"{HOSTILE}{place}", kind=HOSTILE, description=HOSTILE) for place, one in enumerate(group.backgrounds)
        ),
        cells=tuple(replace(cell, caption=HOSTILE, caption_without_subject=HOSTILE) for cell in group.cells),
    )
    tallies = type(story.tallies)()
    tallies.count(nasty)
    story = replace(
        story,
        title=HOSTILE,
        recipe=f"# {HOSTILE}\nname: {HOSTILE}\n",
        groups=(nasty, *story.groups[1:]),
        tallies=tallies,
        refusals=(Refusal(group.id, group.cells[0].key, HOSTILE, HOSTILE, HOSTILE),),
        quarantined=(Quarantined("g000009", HOSTILE),),
        facts={**story.facts, "lead": HOSTILE, "licence": HOSTILE},
        versions=((HOSTILE, HOSTILE),),
        problems=(HOSTILE,),
    )
    build.write_files(story, tmp_path / "report")
    opened = open_report(
        tmp_path / "report",
        """
        await until("the sample", () => $("dialog[open] .viewer-facts h2"));
        return {title: document.title, h1: $("h1").textContent, caption: $(".viewer h2").textContent,
                recipe: $(".recipe").textContent,
                quarantine: texts(".quarantine pre"), foreign: $$('img[src="x"], [onerror]').length};
        """,
        f"#{group.cells[0].key}",
    )
    assert opened.errors == []
    assert opened.value["title"].startswith("</script><script>document.title")
    assert opened.value["foreign"] == 0
    assert opened.value["h1"] == opened.value["caption"] == HOSTILE
    assert opened.value["recipe"] == f"# {HOSTILE}\nname: {HOSTILE}\n"
    assert opened.value["quarantine"] == [HOSTILE]


def test_a_group_page_that_is_gone_is_said_and_the_rest_goes_on(made, tmp_path):
    folder = tmp_path / "report"
    shutil.copytree(made[0], folder)
    (folder / "pages" / "g000001.js").unlink()
    opened = open_report(
        folder,
        """
        await go("#g000001");
        await until("the sentence", () => $(".panel .problem"));
        const said = $(".panel .problem").textContent;
        await go("#g000002");
        await until("pictures", () => $$(".factors img.picture").length === 4);
        return said;
        """,
    )
    assert "g000001 cannot be shown" in opened.value
    assert [error for error in opened.errors if "ERR_FILE_NOT_FOUND" not in error] == []


def report_run(folder):
    """The run that a report folder belongs to."""
    from spotdiff10k.run import Run

    return Run(folder.parent)
