"""What may be done with a set follows from what went into it, and a recipe that declares more is refused with the clause."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spotdiff10k import licences, plan, recipe
from spotdiff10k.commands.main import app
from spotdiff10k.errors import PlanError
from spotdiff10k.licences.ingredients import Ingredient
from spotdiff10k.licences.joining import MIXED, join
from spotdiff10k.licences.table import ASKS, FORBIDS, terms_of
from spotdiff10k.recipe import Recipe
from spotdiff10k.resources import manifest
from spotdiff10k.run import Run

TRIANGLE = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"


def of(*names: str, role: str = "subjects") -> list[Ingredient]:
    return [Ingredient(role, f"thing {i}", name) for i, name in enumerate(names)]  # type: ignore[arg-type]


def with_models(folder: Path, licence: str, *more: str) -> Recipe:
    models = folder / "models"
    models.mkdir(exist_ok=True)
    for number in range(4):
        (models / f"part-{number}.obj").write_text(TRIANGLE)
    overrides = ["subjects.count=4", "subjects.reserve=0", f"subjects.source={{meshes: {models}, licence: {licence}}}"]
    return recipe.load("tiny", [*overrides, *more])


def test_a_set_without_ingredients_is_free() -> None:
    assert join([]).licence == "CC0-1.0"
    assert recipe.load("tiny").licence == "CC0-1.0"


@pytest.mark.parametrize(
    ("names", "follows"),
    [
        (("CC-BY-4.0", "CC0-1.0"), "CC-BY-4.0"),
        (("CC-BY-4.0", "MIT"), "CC-BY-4.0"),
        (("MIT", "MIT"), "MIT"),
        (("CC-BY-4.0", "CC-BY-NC-4.0"), "CC-BY-NC-4.0"),
        (("CC-BY-4.0", "CC-BY-SA-4.0"), "CC-BY-SA-4.0"),
        (("CC-BY-SA-4.0", "CC-BY-NC-4.0"), MIXED),
        (("CC-BY-4.0", "unknown"), MIXED),
        (("CC-BY-SA-3.0", "CC-BY-SA-4.0"), "CC-BY-SA-4.0"),
        (("GPL-2.0-only", "GPL-2.0-or-later"), "GPL-2.0-only"),
        (("all-rights-reserved",), "all-rights-reserved"),
        (("all-rights-reserved", "CC0-1.0"), "all-rights-reserved"),
        (("CC-BY-ND-4.0", "CC-BY-4.0"), MIXED),
        (("CC-PDM-1.0",), "CC0-1.0"),
    ],
)
def test_a_set_asks_what_any_of_its_ingredients_asks(names: tuple[str, ...], follows: str) -> None:
    assert join(of(*names)).licence == follows


def test_two_share_alike_texts_cannot_both_be_kept_and_two_versions_of_one_can() -> None:
    assert join(of("CC-BY-SA-4.0", "ODbL-1.0")).clashing == ("CC-BY-SA-4.0", "ODbL-1.0")
    assert join(of("CC-BY-SA-3.0", "CC-BY-SA-4.0")).clashing == ()


def test_share_alike_rules_out_what_limits_uses_further() -> None:
    assert join(of("CC-BY-SA-4.0", "CC-BY-NC-4.0")).stricter == (("CC-BY-SA-4.0", "CC-BY-NC-4.0", "non-commercial"),)
    assert join(of("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0")).stricter == ()
    flux = Ingredient("weights", "FLUX.1-dev", "FLUX-1-dev-Non-Commercial")
    assert join([*of("CC-BY-SA-4.0"), flux]).stricter[0][2] == "not to train generative models on it"


def test_a_set_of_outputs_that_may_not_be_trained_on_says_so_by_its_licence() -> None:
    assert join(of("FLUX-1-dev-Non-Commercial", role="weights")).licence == "FLUX-1-dev-Non-Commercial"
    assert join(of("Apache-2.0", role="weights")).licence == "CC0-1.0"


def test_licences_are_the_same_in_any_case(tmp_path: Path) -> None:
    chosen = with_models(tmp_path, "cc-by-nd-4.0", "terms.redistribute=true")
    assert chosen.licence == "CC-BY-ND-4.0"
    with pytest.raises(PlanError, match="by-nd"):
        licences.require(chosen)
    licences.require(with_models(tmp_path, "CC-BY-ND-4.0", "terms.redistribute=true", "terms.accept=[cc-by-nd-4.0]"))


def test_weights_are_judged_by_what_they_ask_of_outputs() -> None:
    assert join(of("Apache-2.0", role="weights")).asks == frozenset()
    assert join(of("Apache-2.0", role="subjects")).asks == {"attribution"}
    assert join(of("FLUX-1-dev-Non-Commercial", role="weights")).forbids == {"train-generative"}


def test_every_entry_of_the_table_can_be_read_and_says_where_it_comes_from() -> None:
    for name, entry in manifest("licences").items():
        for of_outputs in (False, True):
            terms = terms_of(name, of_outputs)
            assert terms.known
            assert terms.source, name
            assert terms.asks <= set(ASKS)
            assert terms.forbids <= set(FORBIDS)
        assert not (entry.get("asks") or entry.get("forbids")) or terms_of(name).clause, name


def test_the_licence_of_own_models_becomes_that_of_the_set_unless_one_is_declared(tmp_path: Path) -> None:
    assert with_models(tmp_path, "CC-BY-SA-4.0").licence == "CC-BY-SA-4.0"
    assert with_models(tmp_path, "CC-BY-4.0", "licence=CC-BY-SA-4.0").licence == "CC-BY-SA-4.0"


def test_a_set_of_models_that_may_not_be_shared_is_refused_where_it_is_passed_on(tmp_path: Path) -> None:
    licences.require(with_models(tmp_path, "CC-BY-ND-4.0"))
    chosen = with_models(tmp_path, "CC-BY-ND-4.0", "terms.redistribute=true")
    with pytest.raises(PlanError, match=r"section 2\(a\)\(1\)\(B\).*https://creativecommons.org/licenses/by-nd") as refused:
        plan.write(plan.make(chosen), chosen, Run(tmp_path / "run"))
    assert "--accept-licence" in str(refused.value)
    assert not (tmp_path / "run" / "plan.json").exists()


def test_a_licence_that_nobody_knows_warns_at_home_and_refuses_abroad(tmp_path: Path) -> None:
    assert "nobody knows the terms of 3D models" in licences.examine(with_models(tmp_path, "unknown")).warnings[0]
    with pytest.raises(PlanError, match="nobody knows whether 3D models without a licence may be redistributed"):
        licences.require(with_models(tmp_path, "unknown", "terms.redistribute=true"))


def test_a_set_may_not_be_declared_freer_than_what_goes_into_it(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"declared CC0-1.0, .* asks for attribution, non-commercial; CC-BY-NC-4.0 would do"):
        licences.require(with_models(tmp_path, "CC-BY-NC-4.0", "licence=CC0-1.0", "terms.redistribute=true"))
    with pytest.raises(PlanError, match=r"the very same licence; CC-BY-SA-4\.0 would do"):
        licences.require(with_models(tmp_path, "CC-BY-SA-4.0", "licence=GPL-3.0-only", "terms.redistribute=true"))
    licences.require(with_models(tmp_path, "MIT", "licence=CC-BY-SA-4.0", "terms.redistribute=true"))


def test_share_alike_with_something_stricter_is_not_passed_on_and_warns_at_home(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    more = [f"backgrounds.source={{images: {photos}, licence: CC-BY-NC-4.0}}", "backgrounds.kinds=[]"]
    told = licences.examine(with_models(tmp_path, "CC-BY-SA-4.0", *more)).warnings
    assert told == (
        "CC-BY-SA-4.0 asks for adaptations under itself, and CC-BY-NC-4.0 asks for non-commercial on top, which it rules out",
    )
    with pytest.raises(PlanError, match="rules out"):
        licences.require(with_models(tmp_path, "CC-BY-SA-4.0", *more, "terms.redistribute=true"))
    licences.require(with_models(tmp_path, "CC-BY-SA-4.0", *more, "terms.redistribute=true", "terms.accept=[CC-BY-NC-4.0]"))


def test_at_home_a_set_that_is_declared_too_free_is_warned_of(tmp_path: Path) -> None:
    told = licences.examine(with_models(tmp_path, "CC-BY-NC-4.0", "licence=CC0-1.0")).warnings
    assert "declared CC0-1.0" in told[0]
    told = licences.examine(with_models(tmp_path, "CC-BY-NC-4.0", "licence=LicenseRef-house")).warnings
    assert "LicenseRef-house, which is not in the table; see yourself that it asks for attribution, non-commercial" in told[0]


def test_an_accepted_licence_passes_and_the_release_keeps_that_it_was_accepted(tmp_path: Path) -> None:
    chosen = with_models(tmp_path, "CC-BY-ND-4.0", "terms.redistribute=true", "terms.accept=[CC-BY-ND-4.0]")
    run = Run(tmp_path / "run")
    plan.write(plan.make(chosen), chosen, run)
    assert licences.examine(chosen).accepted == ("CC-BY-ND-4.0",)
    assert recipe.read_resolved(run.recipe).terms.accept == ("CC-BY-ND-4.0",)


def test_plan_shows_the_licence_of_the_set_and_takes_an_override(tmp_path: Path) -> None:
    with_models(tmp_path, "CC-BY-ND-4.0")
    source = f"subjects.source={{meshes: {tmp_path / 'models'}, licence: CC-BY-ND-4.0}}"
    call = ["plan", "tiny", "--set", "subjects.count=4", "--set", "subjects.reserve=0", "--set", source]
    call += ["--set", "terms.redistribute=true", "--json"]
    refused = CliRunner().invoke(app, call)
    assert refused.exit_code != 0
    told = CliRunner().invoke(app, [*call, "--accept-licence", "CC-BY-ND-4.0"])
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)["licence"]
    assert said["accepted"] == ["CC-BY-ND-4.0"]
    assert said["ingredients"][0]["licence"] == "CC-BY-ND-4.0"
