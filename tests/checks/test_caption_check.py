"""The caption check on planned captions, wrong ones, and a stand-in for an encoder of pictures and texts."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scene_groups as scenes

from spotdiff10k import plan, recipe
from spotdiff10k.checks._wording import says, token_estimate, without, wording_faults, words_of
from spotdiff10k.checks.caption import Caption
from spotdiff10k.committed import GroupView
from spotdiff10k.encoders import Features, encoder_setup
from spotdiff10k.features import FeatureCache
from spotdiff10k.measures import Measures
from spotdiff10k.run import Run

GROUP = 4
NAME = scenes.key(GROUP, 0, 0)


def measured(**fields: Any) -> Measures:
    """What is measured on a group when its first sample's record says something else."""
    good = scenes.view(GROUP)
    return Caption().measure(scenes.view(GROUP, {NAME: {"json": scenes.with_record(good.samples[0], **fields)}}))


def record(pose: int, background: int) -> dict[str, Any]:
    return next(sample.record for sample in scenes.view(GROUP).samples if sample.key == scenes.key(GROUP, pose, background))


def test_a_good_group_passes_and_says_what_was_not_looked_at() -> None:
    found = measured()
    assert scenes.refused("caption", found) == {}
    assert set(found.unchecked) == {"similarity", "margin"}


@pytest.mark.parametrize("other", [(0, 1), (1, 0), (1, 1)])
def test_captions_of_another_cell_are_refused(other: tuple[int, int]) -> None:
    texts = {name: record(*other)[name] for name in ("caption", "caption_without_subject")}
    assert scenes.refused("caption", measured(**texts)) == {NAME: {"missing", "foreign"}}


def test_a_caption_of_another_subject_is_refused() -> None:
    caption = f"a purple teapot, {record(0, 0)['caption_without_subject']}"
    found = measured(caption=caption)
    assert scenes.refused("caption", found) == {NAME: {"missing"}}
    assert "lacks the subject" in found.evidence[NAME]


def test_a_caption_without_the_subject_that_names_it_is_refused() -> None:
    noun = scenes.planned(GROUP).subject.class_noun
    context = record(0, 0)["caption_without_subject"]
    for text in (record(0, 0)["caption"], f"the {noun}, {context}"):
        assert scenes.refused("caption", measured(caption_without_subject=text)) == {NAME: {"foreign"}}


def test_a_background_may_hold_the_subjects_noun() -> None:
    """ "a horse" on a background "by a horse stable" is told of by the background's own words."""
    good = scenes.view(GROUP)
    planned = dataclasses.replace(good.planned, subject=dataclasses.replace(good.planned.subject, class_noun="grass"))
    backgrounds = tuple(
        dataclasses.replace(level, description=f"{level.description} with grass") for level in planned.backgrounds
    )
    view = described(good, dataclasses.replace(planned, backgrounds=backgrounds))
    assert scenes.refused("caption", Caption().measure(view)) == {}


def described(view: GroupView, planned: Any) -> GroupView:
    """The group with captions and annotations made of another plan's descriptions."""
    samples = []
    for sample in view.samples:
        background = planned.backgrounds[sample.cell.background_index]
        context = f"{sample.pose.description}, {background.description}"
        texts = {"caption": f"{planned.subject.description}, {context}", "caption_without_subject": context, "annotations": "{}"}
        parsed = {"json": {**sample.record, **texts}}
        samples.append(dataclasses.replace(sample, background=background, _parsed=parsed))
    return dataclasses.replace(view, planned=planned, samples=tuple(samples))


def test_annotations_that_contradict_the_plan_are_refused() -> None:
    wrong = record(0, 0)["annotations"].replace('"background":"', '"background":"not ')
    found = measured(annotations=wrong)
    assert scenes.refused("caption", found) == {NAME: {"contradictions"}}
    assert "the annotations say 'not " in found.evidence[NAME]


@pytest.mark.parametrize(
    "more", [" {colour}", " None", " <placeholder>", " the the", " a owl", " an red fox", ",, ", "\x00", "  x"]
)
def test_what_templates_leave_behind_is_refused(more: str) -> None:
    found = measured(caption=record(0, 0)["caption"] + more)
    assert "faults" in scenes.refused("caption", found)[NAME]


def test_an_empty_caption_is_refused() -> None:
    assert scenes.refused("caption", measured(caption=" ")) == {NAME: {"missing", "faults"}}


def test_a_caption_that_text_encoders_cut_off_is_refused() -> None:
    long = record(0, 0)["caption"] + ", with" + " ever so many words" * 20
    assert scenes.refused("caption", measured(caption=long)) == {NAME: {"tokens"}}


def test_captions_of_all_shipped_catalogues_have_no_faults_and_fit() -> None:
    chosen = recipe.load("tiny", ["subjects.count=240", "subjects.reserve=0", "poses.levels=48", "backgrounds.levels=210"])
    made = plan.make(chosen)
    captions = {cell.caption for ordinal in range(240) for cell in made.group(ordinal).cells}
    assert {text: faults for text in captions if (faults := wording_faults(text))} == {}
    assert max(token_estimate(text) for text in captions) <= Caption.limits["tokens"].high


@pytest.mark.parametrize(
    "text",
    [
        "a unicorn under an umbrella",
        "a one-eyed robot by a ewe and an heirloom",
        "an hour in a European town",
        "a used car, an SUV and an 8-legged spider",
        "a cat (asleep), by the sea",
    ],
)
def test_good_english_has_no_faults(text: str) -> None:
    assert wording_faults(text) == []


def test_phrases_are_found_as_whole_words_only() -> None:
    words = words_of("An orange cat, standing still, in a cathedral.")
    assert says(words, words_of("a ORANGE cat"))
    assert not says(words, words_of("a cat"))
    assert not says(words, words_of("in a cat"))
    assert says(without(words, words_of("standing still")), words_of("in a cathedral"))
    assert not says(without(words, words_of("standing still")), words_of("cat in a cathedral"))


def test_tokens_are_words_parts_of_hyphened_words_stops_and_two_for_the_frame() -> None:
    assert token_estimate("a ginger fox with a blue collar, walking, in snow") == 10 + 2 + 2
    assert token_estimate("a sky-blue fox") == 5 + 2
    assert token_estimate("anthropomorphic") == 2 + 2


class Likeness:
    """A stand-in for an encoder: a picture is like the caption of its own cell and like no other text."""

    digest, input_size = "a" * 64, 0

    def __init__(self) -> None:
        self.looked: list[int] = []

    def encode(self, pictures: np.ndarray) -> Features:
        torch = pytest.importorskip("torch")
        assert pictures.shape[1:] == (256, 256, 3)
        self.looked.append(len(pictures))
        own = [sample.picture for sample in scenes.view(GROUP).samples]
        found = [next(at for at, one in enumerate(own) if np.array_equal(one, picture)) for picture in pictures]
        return Features((), torch.eye(5)[found] * 0.6 + torch.eye(5)[4] * 0.8)

    def read(self, texts: list[str]) -> object:
        torch = pytest.importorskip("torch")
        captions = [cell.caption for cell in scenes.planned(GROUP).cells]
        return torch.eye(5)[[captions.index(text) for text in texts]]


def test_the_check_is_made_without_its_encoder_s_weights() -> None:
    """Deciding makes every check anew and looks at no picture."""
    assert Caption(encoder="siglip").setup.startswith("siglip v1 ")


def test_with_an_encoder_pictures_are_compared_with_their_own_caption_and_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spotdiff10k.checks.caption.load_encoder", {"clip": Likeness()}.__getitem__)
    check = Caption(encoder="clip")
    assert check.setup == encoder_setup("clip")
    found = check.measure(scenes.view(GROUP))
    assert found.unchecked == {}
    assert all(values["similarity"] == pytest.approx(0.6) for values in found.samples.values())
    assert all(values["margin"] == pytest.approx(0.6) for values in found.samples.values())


def test_pictures_of_a_run_are_looked_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    likeness = Likeness()
    monkeypatch.setattr("spotdiff10k.checks.caption.load_encoder", {"clip": likeness}.__getitem__)
    monkeypatch.setattr("spotdiff10k.features.cache.shared", FeatureCache)
    group = dataclasses.replace(scenes.view(GROUP), run=Run(tmp_path))
    found = [Caption(encoder="clip").measure(group) for _ in range(2)]
    assert found[0] == found[1]
    assert likeness.looked == [4]


def test_a_wrong_article_is_found_at_the_start_too() -> None:
    assert wording_faults("An dog, sitting") == ["it says 'An dog'"]
    assert wording_faults("An owl, sitting") == []
