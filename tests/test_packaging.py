"""The wheel that people install."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(REPOSITORY),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("spotdiff10k-*.whl"))


def test_the_wheel_holds_recipes_catalogues_card_and_no_stranger(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "pipelines/tiny.yaml",
        "pipelines/quickstart.yaml",
        "pipelines/spotdiff10k.yaml",
        "manifests/poses.yaml",
        "DATASET_CARD.md",
    ):
        assert f"spotdiff10k/{wanted}" in names
    assert {name.split("/")[0] for name in names} == {"spotdiff10k", next(n.split("/")[0] for n in names if ".dist-info" in n)}
    assert not [name for name in names if "test" in name or "__pycache__" in name]


def test_the_wheel_has_the_report_assets(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "spotdiff10k" / "report" / "assets").glob("*")}
    assert shipped
    assert shipped <= set(names)


def test_an_installed_wheel_plans_from_any_folder(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dependencies are borrowed from this environment, so that the test needs no network; the package is the wheel's."""
    monkeypatch.delenv("PYTHONPATH", raising=False)  # it would lead to this checkout
    venv.create(tmp_path / "bare", with_pip=True)
    python = tmp_path / "bare" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True, capture_output=True)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    (next((tmp_path / "bare" / "lib").glob("python*")) / "site-packages" / "borrowed.pth").write_text(borrowed)
    where = subprocess.run(
        [python, "-c", "import spotdiff10k; print(spotdiff10k.__file__)"], cwd="/", capture_output=True, text=True, check=True
    )
    assert str(tmp_path) in where.stdout
    done = subprocess.run(
        [tmp_path / "bare" / "bin" / "spotdiff10k", "plan", "tiny", "--run", str(tmp_path / "run"), "--json"],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "plan.json").is_file()
