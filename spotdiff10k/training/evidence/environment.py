"""What figures depend on beside the data and the seeds: versions and the kind of processor. No host, no time."""

import hashlib
import platform
import re
from functools import cache
from pathlib import Path

from spotdiff10k import __version__
from spotdiff10k.devices import CPU, chosen_device
from spotdiff10k.training.settings import Device

CODE = Path(__file__).parents[1]
DIGITS = 16
CPU_INFO = Path("/proc/cpuinfo")


def environment(trained_on: Device = "cpu") -> dict[str, str]:
    """Versions of what computes, by name; `trained_on` is the setting of the trainer, of which the device that it means is told.

    Raises ModelError when there is no such device.
    """
    import numpy
    import PIL
    import torch

    from spotdiff10k.training.computing import device_of

    return {
        "spotdiff10k": __version__,
        "reference trainer": code_digest(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": str(numpy.__version__),
        "pillow": PIL.__version__,
        "processor": processor(),
        "device": chosen_device(),
        **({} if trained_on == CPU else {"device of trainings": str(device_of(trained_on))}),
    }


@cache
def code_digest() -> str:
    """Of the source of the reference trainer, of what it sees and of what is asked of it: another one gives other figures."""
    digest = hashlib.sha256()
    for folder in (CODE, CODE / "evidence", CODE / "foreign", CODE.parent / "encoders"):
        for path in sorted(folder.glob("*.py")):
            digest.update(f"{folder.name}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def processor(cpu_info: Path = CPU_INFO) -> str:
    """The model of the processor, such as "AMD EPYC 7B13", or its kind where the system does not tell."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", cpu_info.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.machine()
