"""The page beside a calibration."""

from dataclasses import replace
from html.parser import HTMLParser

from test_calibration_file import example

from spotdiff10k.calibration.page import html
from spotdiff10k.calibration.rates import rate


class Tags(HTMLParser):
    """Counts open tags; void ones have no end."""

    VOID = ("meta", "line", "circle", "rect", "polyline", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_tag_is_closed_and_every_defect_drawn() -> None:
    tags = Tags()
    tags.feed(html(example()))
    assert (tags.open, tags.wrong) == ([], [])
    assert tags.seen.count("svg") == 2
    assert "script" not in tags.seen


def test_it_says_what_is_caught_and_what_was_not_measured() -> None:
    page = html(example())
    assert "95 of 96" in page
    assert "the release has no depth layer" in page
    assert "Not calibrated: identity" in page
    assert "area_max: 0.3" in page


def test_names_from_a_file_cannot_bring_in_tags() -> None:
    found = example()
    evil = replace(found, name="<script>alert(1)</script>", defects={'"><img src=x>': found.defects["turned"]})
    assert "<script" not in html(evil)
    assert "<img" not in html(evil)


def test_it_asks_for_nothing_from_elsewhere() -> None:
    page = html(example())
    assert "http" not in page
    assert "url(" not in page


def test_a_defect_that_nobody_could_plant_is_said_to_be_so() -> None:
    found = example()
    grade = found.defects["turned"].grades[0]
    nothing = replace(grade, planted=0, caught=rate(0, 0), checks={}, measures={})
    assert "nothing visible planted" in html(
        replace(found, defects={"turned": replace(found.defects["turned"], grades=(nothing,))})
    )
