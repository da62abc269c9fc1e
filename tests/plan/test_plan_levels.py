"""Catalogues of levels: distinct, balanced, and spoken of in good English."""

from collections import Counter

import pytest

from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.levels import background_levels, pose_levels
from spotdiff10k.resources import manifest
from spotdiff10k.traits import catalogue


@pytest.mark.parametrize("levels", [1, 4, 12, 30])
def test_pose_levels_differ_and_are_balanced_over_articulations_and_turns(levels: int) -> None:
    poses = pose_levels(levels, 3)
    assert len({pose.id for pose in poses}) == levels
    turns = Counter(pose.turn_degrees for pose in poses)
    actions = Counter(pose.articulation for pose in poses)
    assert max(turns.values()) - min(turns[turn["degrees"]] for turn in manifest("poses")["turns"].values()) <= 1
    assert max(actions.values()) - min(actions[name] for name in manifest("poses")["articulations"]) <= 1


def test_all_pose_levels_there_are_can_be_asked_for() -> None:
    poses = manifest("poses")
    everything = len(poses["articulations"]) * len(poses["turns"])
    assert len({pose.id for pose in pose_levels(everything, 0)}) == everything


def test_turns_come_in_mirrored_pairs() -> None:
    degrees = {name: turn["degrees"] for name, turn in manifest("poses")["turns"].items()}
    assert {degrees[name.replace("left", "right")] + degrees[name] for name in degrees if "left" in name} == {0}


def test_background_levels_are_balanced_over_kinds_and_named_by_them() -> None:
    levels = background_levels(128, 0)
    kinds = Counter(level.kind for level in levels)
    assert set(kinds) == set(catalogue("backgrounds"))
    assert max(kinds.values()) - min(kinds.values()) <= 1
    assert len({level.id for level in levels}) == 128
    assert all(level.id.startswith(level.kind.replace("_", "-")) for level in levels)
    assert len({level.seed for level in levels}) == 128


def test_a_level_says_what_its_seed_draws() -> None:
    from spotdiff10k.traits import describe, draw

    for level in background_levels(20, 5):
        family = catalogue("backgrounds")[level.kind]
        traits = draw(family, level.seed)
        assert level.description == spoken(describe(family, traits))
        assert level.camera_elevation_degrees == pytest.approx(traits["camera_elevation"], abs=1e-3)
        assert 5 < level.camera_fov_degrees < 120


def test_another_seed_gives_other_levels() -> None:
    assert pose_levels(6, 0) != pose_levels(6, 1)
    assert {level.seed for level in background_levels(6, 0)}.isdisjoint(level.seed for level in background_levels(6, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a orange cap and a owl", "an orange cap and an owl"),
        ("a unicorn with a one-eyed face", "a unicorn with a one-eyed face"),
        ("a umbrella", "an umbrella"),
        ("A oak in an area", "An oak in an area"),
        ("a fox", "a fox"),
        ("on a quay at overcast with a lighthouse", "on a quay under an overcast sky with a lighthouse"),
        ("in a forest at misty morning", "in a forest on a misty morning"),
        ("on a beach at dusk", "on a beach at dusk"),
    ],
)
def test_articles_and_times_of_day_are_said_as_people_say_them(text: str, said: str) -> None:
    assert spoken(text) == said
