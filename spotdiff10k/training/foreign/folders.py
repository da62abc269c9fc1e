"""A folder of folders: one for each subject, its pictures in it; or one folder of pair pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k.photos.reading import SUFFIXES
from spotdiff10k.training.foreign.pieces import FilePiece
from spotdiff10k.training.foreign.values import Listed

Failed = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Marks:
    """How the names of masks and plates end."""

    mask: str = ".mask.png"
    plate: str = ".plate.png"

    def kind(self, name: str) -> str:
        """What a file is by its name: "mask", "plate", "picture", or "" for none of these."""
        lower = name.lower()
        if self.mask and lower.endswith(self.mask.lower()):
            return "mask"
        if self.plate and lower.endswith(self.plate.lower()):
            return "plate"
        return "picture" if Path(lower).suffix in SUFFIXES else ""


def list_folder(root: Path, marks: Marks) -> Iterator[Listed | Failed]:
    """The pictures of a folder with one folder a subject, sorted by name."""
    for name in sorted(path.name for path in root.iterdir()):
        folder = root / name
        if folder.is_symlink():
            yield name, "it is a link; copy the folder itself"
        elif folder.is_dir():
            yield from _pictures(root, f"{name}/", name, marks)
        elif marks.kind(name):
            yield name, "it is in no subject's folder; make one folder a subject"


def list_flat(root: Path, marks: Marks) -> Iterator[Listed | Failed]:
    """The pictures of one folder and of those in it, none of which names a subject: pair pictures."""
    yield from _pictures(root, "", "", marks)
    for name in sorted(path.name for path in root.iterdir()):
        if (root / name).is_dir() and not (root / name).is_symlink():
            yield from _pictures(root, f"{name}/", "", marks)


def _pictures(root: Path, prefix: str, subject: str, marks: Marks) -> Iterator[Listed | Failed]:
    names = sorted(path.name for path in (root / prefix).iterdir() if not path.is_dir())
    masks = _by_stem(names, "mask", marks)
    plates = _by_stem(names, "plate", marks)
    for name in names:
        kind = marks.kind(name)
        if not _printable(name):
            yield ascii(prefix + name), "its name cannot be printed; rename it"
        elif kind == "picture":
            stem = Path(name).stem
            mask, plate = masks.get(stem), plates.get(stem)
            yield Listed(
                prefix + name,
                subject,
                FilePiece(root, prefix + name),
                mask=FilePiece(root, prefix + mask) if mask else None,
                plate=FilePiece(root, prefix + plate) if plate else None,
            )
        elif not kind and subject:
            yield prefix + name, f"it is no picture; expected names that end in {', '.join(SUFFIXES)}"


def _by_stem(names: Sequence[str], kind: str, marks: Marks) -> dict[str, str]:
    ending = getattr(marks, kind)
    return {name[: -len(ending)]: name for name in names if marks.kind(name) == kind}


def _printable(name: str) -> bool:
    return name.isprintable() and not any("\ud800" <= letter <= "\udfff" for letter in name)
