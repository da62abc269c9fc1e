"""Every registered engine keeps to the protocol: it makes what was planned, and a cell depends on its plan alone."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import photo_subjects
import pytest
import toy_runs

from spotdiff10k import plan, recipe, registry, schema
from spotdiff10k.samples import PICTURE_FORMATS, decode, expected_members, pixels_digest, read_record
from spotdiff10k.types import Engine, EngineSettings, FinishedGroup, PlannedGroup

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")

ENGINES = [name for name in registry.names("engines") if name not in ("blots", "sketch")]
"""Without the test engines that misbehave on request."""


@pytest.fixture(scope="module", params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def chosen(name: str, tmp_path_factory: pytest.TempPathFactory) -> recipe.Recipe:
    """A tiny recipe; with photographs where the engine takes nothing else."""
    overrides = [f"engine={{name: {name}, size: {toy_runs.SIZE}}}", "subjects.reserve=0"]
    if "procedural" not in getattr(registry.find("engines", name), "subject_sources", ("procedural",)):
        photos = photo_subjects.imported(tmp_path_factory.mktemp("photos"), subjects=6, views=2)
        overrides += [f"subjects.source={{photos: {photos}}}", "poses={levels: 2, count: 2}"]
    if name == "controlnet":
        overrides[0] = (
            f"engine={{name: controlnet, size: {toy_runs.SIZE}, options: {_painting(tmp_path_factory.mktemp('model'))}}}"
        )
    return recipe.load("tiny", overrides)


def _painting(folder: Path) -> str:
    """Options with a model of random weights; skips where diffusers is not installed."""
    pytest.importorskip("diffusers")
    sys.path.append(str(Path(__file__).parents[1] / "controlnet"))
    tiny = importlib.import_module("tiny")
    return f"{{model: {tiny.save('sd15', folder)}, steps: 1, join_strength: 1.0, segmenters: none}}"


@pytest.fixture(scope="module")
def settings(chosen: recipe.Recipe) -> EngineSettings:
    return chosen.engine_settings()


@pytest.fixture(scope="module")
def groups(chosen: recipe.Recipe) -> list[PlannedGroup]:
    return [plan.make(chosen).group(ordinal) for ordinal in (0, 1)]


@pytest.fixture(scope="module")
def finished(name: str, settings: EngineSettings, groups: list[PlannedGroup]) -> dict[str, FinishedGroup]:
    return {group.id: group for group in fresh(name, settings).generate(groups)}


def fresh(name: str, settings: EngineSettings) -> Engine:
    engine = registry.find("engines", name)(settings)
    assert isinstance(engine, Engine)
    return engine


def test_its_version_is_a_positive_number(name: str) -> None:
    version = registry.find("engines", name).version
    assert type(version) is int
    assert version >= 1


def test_it_makes_every_group_and_cell_that_was_asked_for(groups: list[PlannedGroup], finished: dict[str, FinishedGroup]) -> None:
    assert set(finished) == {group.id for group in groups}
    for group in groups:
        assert [sample.key for sample in finished[group.id].samples] == [cell.key for cell in group.cells]


def test_every_sample_has_the_members_of_the_settings_in_the_size_of_the_settings(
    settings: EngineSettings, finished: dict[str, FinishedGroup]
) -> None:
    for sample in (sample for group in finished.values() for sample in group.samples):
        assert set(sample.members) == set(expected_members(settings))
        pictures = [decode(data) for suffix, data in sample.members.items() if suffix != "json"]
        assert {picture.shape[:2] for picture in pictures} == {(settings.size, settings.size)}


def test_records_are_flat_and_say_what_was_planned_and_made(
    name: str, settings: EngineSettings, groups: list[PlannedGroup], finished: dict[str, FinishedGroup]
) -> None:
    for group in groups:
        for cell, sample in zip(group.cells, finished[group.id].samples, strict=True):
            record = read_record(sample.members["json"])
            said = {**schema.planned_fields(group, cell), "engine": name, "licence": settings.licence}
            assert schema.faults(record) + schema.disagreements(record, said) == []
            picture = next(sample.members[suffix] for suffix in PICTURE_FORMATS if suffix in sample.members)
            assert record["pixels_sha256"] == pixels_digest(decode(picture))


def test_a_cell_made_alone_by_a_new_engine_has_the_same_bytes(
    name: str, settings: EngineSettings, groups: list[PlannedGroup], finished: dict[str, FinishedGroup]
) -> None:
    part = replace(groups[1], cells=groups[1].cells[-1:])
    (alone,) = fresh(name, settings).generate([part])
    assert alone.samples == finished[part.id].samples[-1:]
