"""The files of a report: the same every time, replaced as a whole, and nothing in them but data."""

import json
import re

import pytest
from report_runs import make_all, planned_run

from spotdiff10k import report
from spotdiff10k.errors import RunError
from spotdiff10k.report import scripts, summary
from spotdiff10k.report.writing import _only_writer

CALL = re.compile(r"spotdiff10kPut\((.*)\);\n", re.DOTALL)


@pytest.fixture()
def run(tmp_path):
    run = planned_run(tmp_path)
    make_all(run)
    return run


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def data_of(path):
    name, data = json.loads(f"[{CALL.fullmatch(path.read_text())[1]}]")
    assert name == path.stem
    return data


def test_a_report_is_the_same_bytes_whatever_the_number_of_workers(run):
    first = contents(report.write(run, workers=1).parent)
    assert contents(report.write(run, workers=4).parent) == first
    assert not list(run.root.glob(".tmp-*"))


def test_every_group_has_a_page_with_its_cells_in_order_and_every_card_its_thumbnails(run):
    folder = report.write(run).parent / "pages"
    groups = make_all(run)
    cards = data_of(folder / "cards-0000.js")
    for group in groups:
        page = data_of(folder / f"{group.id}.js")
        assert [cell["key"] for cell in page["cells"]] == [cell.key for cell in group.cells]
        assert len(cards[group.id]) == 4
        assert page["layers"]["plate"]["places"] == [0, 1, 0, 1]
        assert len(page["layers"]["plate"]["images"]) == 2


def test_measures_come_from_the_records_and_the_masks(run):
    folder = report.write(run).parent / "pages"
    cell = data_of(folder / "g000000.js")["cells"][0]
    assert cell["area"] == 0.375
    assert cell["box"] == [0.25, 0.125, 0.5, 0.75]
    histograms = data_of(folder / "summary.js")["distributions"]["histograms"]
    assert histograms["area"]["total"] == 16
    assert histograms["area"]["mean"] == 0.375


def test_an_old_report_is_replaced_and_its_stale_pages_are_gone(run):
    folder = report.write(run).parent
    (folder / "pages" / "g999999.js").write_text("stale")
    report.write(run)
    assert not (folder / "pages" / "g999999.js").exists()


def test_a_report_that_cannot_be_written_is_a_sentence_and_the_old_one_stays(run, monkeypatch):
    before = contents(report.write(run).parent)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("spotdiff10k.report.build._write_assets", full)
    with pytest.raises(RunError, match="disk is full"):
        report.write(run)
    assert contents(run.report) == before
    assert not list(run.root.glob(".tmp-*"))


def test_two_writers_of_one_report_do_not_disturb_each_other(run):
    before = contents(report.write(run).parent)
    with _only_writer(run), pytest.raises(RunError, match="Another spotdiff10k is writing the report"):
        report.write(run)
    assert contents(run.report) == before
    assert contents(report.write(run).parent) == before


def test_hostile_text_stays_data_in_plain_ascii():
    nasty = "</script><!--\u2028&\"'\\ é"
    text = scripts.script("name", {nasty: [nasty]})
    assert not set(b"<>&") & set(text)
    assert max(text) < 128
    assert json.loads(f"[{CALL.fullmatch(text.decode())[1]}]")[1] == {nasty: [nasty]}


def test_a_histogram_counts_every_share_once():
    told = summary.histogram([0.0, 0.041, 0.5, 0.999, 1.0])
    assert sum(told["counts"]) == told["total"] == 5
    assert (told["counts"][0], told["counts"][12], told["counts"][23]) == (2, 1, 2)
    assert summary.histogram([])["mean"] is None
