"""The command that makes a certificate again, for its page: sets by their names, and all that changes a figure."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spotdiff10k.certify import SetOptions


def command_of(asked: "Sequence[tuple[Path, SetOptions]]") -> str:
    """Of one set, or of one against another; not where it is written, nor by how many workers."""
    (path, options), *others = asked
    words = ["spotdiff10k", "certify", path.resolve().name, *_reading(options, "--")]
    for other, chosen in others:
        own = _reading(chosen, "--against-") if list(_reading(chosen, "--")) != list(_reading(options, "--")) else ()
        words += ["--against", other.resolve().name, *own]
    mask = options.foreign.marks.mask
    words += [] if mask == type(options.foreign.marks)().mask else ["--mask-suffix", mask]
    words += ["--encoder", options.encoder] if options.encoder else []
    words += ["--seeds", str(options.seeds)] if options.seeds else []
    words += ["--subjects", str(options.subjects)] if options.subjects else []
    return shlex.join(words)


def _reading(options: "SetOptions", prefix: str) -> Iterator[str]:
    """How a set that is no release is read."""
    if options.foreign.columns:
        yield f"{prefix}columns"
        yield ",".join(f"{name}={'|'.join(columns)}" for name, columns in options.foreign.columns.items())
    if options.foreign.pairs is not None:
        layout = options.foreign.pairs
        yield f"{prefix}pairs"
        yield f"width={layout.width},height={layout.height},pad={layout.pad}"
