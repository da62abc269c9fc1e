import base64
import hashlib
import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made_certificates import certificate, exhibit, figure

from spotdiff10k.errors import DataError
from spotdiff10k.training import summary
from spotdiff10k.training.report import write_page
from spotdiff10k.training.report.comparing import Compared, cautions, compared, names_of, table_rows
from spotdiff10k.training.report.comparison_page import write_comparison
from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.page import page
from spotdiff10k.training.report.projection import neighbourly, principal
from spotdiff10k.training.report.scales import Scale, ticks
from spotdiff10k.training.report.words import number, signed
from spotdiff10k.training.results import Figure, Meaning

HOSTILE = """</style></script><script>alert(1)</script>"'><img src=x onerror=alert(1)>"""


class Tags(HTMLParser):
    """What a parser sees: elements with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._styled = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._styled = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._styled else data


def parsed(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    return found


@pytest.fixture(scope="module")
def made() -> Tags:
    return parsed(page(certificate(), exhibit()))


def test_the_verdict_comes_first_and_every_part_is_there(made: Tags) -> None:
    assert made.text.index("Certified") < made.text.index("The rule") < made.text.index("The evidence")
    sections = [attributes["id"] for name, attributes in made.found if name == "section" and "id" in attributes]
    assert sections == [
        *("rule", "evidence", "leakage", "controls", "maps", "gallery", "efficiency", "ablations", "filters"),
        *("training", "figures", "made"),
    ]
    links = [attributes["href"] for name, attributes in made.found if name == "a"]
    assert links == [f"#{name}" for name in sections]


def test_the_page_has_no_script_asks_nobody_and_allows_only_its_own_style(made: Tags) -> None:
    text = page(certificate(), exhibit())
    names = {name for name, _ in made.found}
    assert not names & {"script", "iframe", "object", "base", "form"}
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(attributes["content"] for _, attributes in made.found if attributes.get("http-equiv"))
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert all(not key.startswith("on") and key != "style" for _, attributes in made.found for key in attributes)
    addresses = [attributes.get("src") or attributes.get("href") for name, attributes in made.found if name != "a"]
    assert all(address.startswith(("data:", "#picture-")) for address in addresses if address)


def test_hostile_texts_stay_texts() -> None:
    text = page(certificate(name=HOSTILE, title=HOSTILE), exhibit(title=HOSTILE), HOSTILE)
    found = parsed(text)
    assert not [name for name, _ in found.found if name == "script"]
    assert not [attributes for _, attributes in found.found if "onerror" in attributes]
    assert HOSTILE not in text
    assert html.escape(HOSTILE, quote=False) in text


@pytest.mark.parametrize(("level", "word"), [("refused", "Refused"), ("void", "Void")])
def test_a_verdict_that_is_not_certified_tells_its_reasons(level: str, word: str) -> None:
    found = parsed(page(certificate(level), None))
    assert word in found.text
    assert "less than 0.70" in found.text


def test_a_control_that_did_not_fail_is_shown_as_such() -> None:
    text = page(certificate("void"), None)
    assert "did not fail" in text
    assert "fails, as it must" not in parsed(text).text
    assert "The set has no plates." in text


def test_without_pictures_there_are_no_maps_and_no_gallery() -> None:
    found = parsed(page(certificate(), None))
    assert not [attributes for _, attributes in found.found if attributes.get("id") in ("maps", "gallery")]


def test_a_certificate_with_hardly_anything_in_it_is_still_a_page() -> None:
    bare = replace(
        certificate("refused"), criteria=(), gains=(), controls=(), ablations=(), efficiency=(), filters=(), curves=(),
        weights=(), meanings=(), arms=(), disclosures=(),
    )  # fmt: skip
    assert "Refused" in page(bare, None)


def test_what_is_found_is_right_before_wrong_and_the_twin_is_marked(made: Tags) -> None:
    kinds = [
        attributes["class"] for name, attributes in made.found if name == "li" and attributes.get("class") in ("right", "wrong")
    ]
    assert "right" in kinds
    assert "wrong" in kinds  # the raw encoder, and the one that the model errs on
    assert "twin-badge" in {attributes.get("class") for _, attributes in made.found}


def test_a_picture_that_cannot_be_read_any_more_is_told_in_words() -> None:
    def broken(_: int) -> np.ndarray:
        raise DataError("gone")

    shown = exhibit()
    text = page(certificate(), Exhibit(shown.views, shown.before, shown.after, broken))
    assert "cannot be read" in text


def test_a_map_keeps_neighbours_together_and_is_the_same_every_time() -> None:
    random = np.random.default_rng(3)
    centres = random.normal(size=(5, 12))
    codes = np.repeat(centres, 8, axis=0) + 0.05 * random.normal(size=(40, 12))
    places = neighbourly(codes)
    assert np.array_equal(places, neighbourly(codes))
    assert places.min() >= 0
    assert places.max() <= 1
    distance = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(40) * 9
    assert (distance.argmin(1) // 8 == np.arange(40) // 8).all()


def test_the_principal_map_shows_the_direction_of_most_spread() -> None:
    codes = np.array([[1.0, x, 0.1 * (-1) ** n] for n, x in enumerate(np.linspace(-1, 1, 9))])
    places = principal(codes)
    assert (np.diff(places[:, 0]) > 0).all() or (np.diff(places[:, 0]) < 0).all()
    assert np.ptp(places[:, 0]) > np.ptp(places[:, 1])


def test_two_certificates_side_by_side(tmp_path: Path) -> None:
    left, right = certificate(name="ours"), certificate("refused", name=HOSTILE)
    worse = tuple(replace(arm, figures={name: figure(0.3) for name in arm.figures}) for arm in right.arms)
    right = replace(right, arms=worse, dataset=replace(right.dataset, held_out_subjects=8))
    rows = compared(left, right)
    better = {(one.meaning.name, one.arm): one.better for one in rows}
    assert better["paired", "Reference model"] == "left"
    assert better["background_leak", "Reference model"] == "left"
    assert better["paired", "Raw encoder"] == "right"
    assert ("Subjects held out", "", "32", "8", "") in table_rows(left, right)
    assert any("easier" in text for text in cautions(left, right))
    path = write_comparison(tmp_path / "against.html", left, right, [HOSTILE])
    found = parsed(path.read_text())
    assert not [name for name, _ in found.found if name in ("script", "img")]
    for told in ("Side by side", "Subjects held out328", "at least 0.7", "fails, as it must", "of the way from chance"):
        assert told in found.text


def test_two_sets_of_one_name_are_told_apart_by_their_digests() -> None:
    left, right = certificate(name="same"), certificate(name="same")
    right = replace(right, dataset=replace(right.dataset, digest="12" * 32))
    assert names_of(left, right) == ("same abababab", "same 12121212")
    assert names_of(left, certificate(name="other")) == ("same", "other")


def test_leaks_whose_chance_differs_are_compared_beyond_it() -> None:
    meaning = Meaning("background_leak", "Leak", "", "lower", None, (0.0, 1.0))
    left, right = Figure(0.30, 0.28, 0.32, ()), Figure(0.20, 0.18, 0.22, ())
    by_chances = {(0.1, 0.1): "right", (0.25, 0.05): "left", (0.25, 0.145): "", (0.1, None): "", (1.0, 0.1): ""}
    found = {chances: Compared(meaning, "Model", "model", left, right, chances).better for chances in by_chances}
    assert found == by_chances


def test_intervals_that_overlap_name_no_better_set() -> None:
    assert {one.better for one in compared(certificate(), certificate())} == {""}


def test_the_summary_says_what_the_rule_asked_and_what_was_found() -> None:
    found = certificate()
    assert (
        summary.last_line(found)
        == "certified; own view before twin 0.82; background read 0.15; 1 of 1 controls fail, as they must"
    )
    rows = summary.figure_rows(found)
    assert rows[0] == ("training subjects", "", "64", "at least 64", "", "met")
    assert rows[1] == ("Own view before twin", "Reference model", "0.82 (0.79 to 0.85)", "at least 0.7", "0.04", "met")
    controls = summary.control_rows(found)
    assert controls[0] == (
        "Labels swapped", "Own view before twin", "0.82 → 0.47", "−0.35 (−0.38 to −0.32)", "fails, as it must",
    )  # fmt: skip
    assert controls[1][-1] == "not made"
    half = replace(found, controls=(replace(found.controls[0], failed=None),))
    assert summary.control_rows(half)[0][-1] == "not judged"
    assert summary.as_values(found)["verdict"] == "certified"


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    path = write_page(tmp_path / "certificate", certificate(), exhibit())
    assert path.name == "report.html"
    assert path.read_text(encoding="utf-8").endswith("</html>\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.50"),
        (0.004, "0.004"),
        (0.0, "0.00"),
        (-0.004, "−0.004"),
        (-0.0001, "0.00"),
        (-0.25, "−0.25"),
        (float("nan"), "–"),
    ],
)
def test_numbers_as_people_read_them(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_difference_has_its_sign() -> None:
    assert signed(0.1) == "+0.10"
    assert signed(-0.1) == "−0.10"
    assert signed(-0.0) == signed(0.00001) == "0.00"


def test_marks_stay_on_their_axis() -> None:
    scale = Scale(-1.0, 3.0, 0.0, 100.0)
    assert scale(0.0) == pytest.approx(25.0)
    assert scale(9.0) == 100.0
    assert ticks(0.0, 1.0, 4) == pytest.approx((0.0, 0.25, 0.5, 0.75, 1.0))


def test_only_markup_is_not_escaped() -> None:
    assert tag("p", {"title": '"<'}, "<b>", Markup("<i>")) == '<p title="&quot;&lt;">&lt;b&gt;<i></p>'
