"""A calibration as a JSON file: the same calibration is the same bytes, and nonsense in it is refused with a sentence."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from spotdiff10k.calibration.rates import Rate, is_exact
from spotdiff10k.calibration.values import FORMAT, QUANTILES, ROC_POINTS, Calibration, Curve, MeasureCalibration
from spotdiff10k.errors import DataError
from spotdiff10k.run import write_atomically

MAX_BYTES = 16 * 2**20
SIGNIFICANT_DIGITS = 6
INTERVAL_TOLERANCE = 1e-4
SIDES = ("low", "high")


def text_of(calibration: Calibration) -> str:
    """The file's text: keys sorted, numbers to six digits, one line for each list of numbers."""
    return _laid_out(_rounded(asdict(calibration)), "") + "\n"


def write(path: Path, calibration: Calibration) -> None:
    """Write the file, whole or not at all."""
    write_atomically(path, text_of(calibration).encode())


def digest_of(calibration: Calibration) -> str:
    """The sha256 of the file's bytes."""
    return hashlib.sha256(text_of(calibration).encode()).hexdigest()


def read(path: Path) -> Calibration:
    """Read a calibration file. Raises DataError with what was found and what was expected."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataError(f"The calibration {path} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise DataError(f"{path.name} is larger than {MAX_BYTES // 2**20} MiB; a calibration is much smaller.")
    return parse(data, path.name)


def parse(data: bytes, name: str) -> Calibration:
    """A calibration from the bytes of a file called `name`. Raises DataError."""
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is no calibration: it is not JSON ({error}). {_MAKE}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format", "no format") if isinstance(document, dict) else type(document).__name__
        raise DataError(f"{name} is no calibration of format {FORMAT}; found {found!r}. {_MAKE}")
    try:
        found = _ADAPTER.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{name} is no calibration: {where}: {first['msg']}. {_MAKE}") from error
    _require_sense(found, name)
    return found


_MAKE = "Make one with: spotdiff10k calibrate"
_ADAPTER = TypeAdapter(Calibration)


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(f"{text} is no number")
    return value


def _require_sense(found: Calibration, name: str) -> None:
    """Raise DataError when numbers contradict each other."""
    for clause in _nonsense(found):
        raise DataError(f"{name} is no calibration: {clause}. {_MAKE}")


def _nonsense(found: Calibration) -> Iterator[str]:
    shared = set(found.made_on.threshold_subjects) & set(found.made_on.held_out_subjects)
    if shared:
        yield f"the subject {min(shared)} chose the thresholds and reports on them, and may do only one of both"
    if not 0 < found.target < 1:
        yield f"target is {found.target:g}, expected a share between 0 and 1"
    for where, item in _rates(found, ""):
        if not 0 <= item.count <= item.of:
            yield f"{where} counts {item.count} of {item.of}"
        elif not is_exact(item, INTERVAL_TOLERANCE):
            yield f"the interval of {where} is not that of {item.count} in {item.of}"
    for check, calibrated in found.checks.items():
        for measure, values in calibrated.measures.items():
            yield from _measure_nonsense(f"checks.{check}.{measure}", values)
    for defect, planted in found.defects.items():
        for grade in planted.grades:
            for measure, curve in grade.measures.items():
                yield from _curve_nonsense(f"defects.{defect}.{measure}", curve)


def _measure_nonsense(where: str, values: MeasureCalibration) -> Iterator[str]:
    if values.low is not None and values.high is not None and values.low > values.high:
        yield f"nothing can pass {where}, from {values.low:g} to {values.high:g}"
    if not set(values.calibrated) <= set(SIDES):
        yield f"{where}.calibrated names {', '.join(values.calibrated)}, expected low and high"
    if len(values.quantiles) not in (0, QUANTILES) or list(values.quantiles) != sorted(values.quantiles):
        yield f"{where}.quantiles should be {QUANTILES} rising numbers"


def _curve_nonsense(where: str, curve: Curve) -> Iterator[str]:
    if not 0 <= curve.auc <= 1:
        yield f"{where}.auc is {curve.auc:g}"
    if curve.side not in SIDES:
        yield f"{where}.side is '{curve.side}', expected low or high"
    if len(curve.roc) > ROC_POINTS or any(not 0 <= value <= 1 for point in curve.roc for value in point):
        yield f"{where}.roc should be at most {ROC_POINTS} points between 0 and 1"
    if len(curve.quantiles) not in (0, QUANTILES):
        yield f"{where}.quantiles should be {QUANTILES} numbers"


def _rates(values: Any, where: str) -> Iterator[tuple[str, Rate]]:
    """Every rate in a value, with its place; lists of plain numbers, which are most of a calibration, are passed by."""
    if isinstance(values, Rate):
        yield where, values
    elif is_dataclass(values):
        for field in fields(values):
            yield from _rates(getattr(values, field.name), f"{where}.{field.name}" if where else field.name)
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from _rates(value, f"{where}.{key}" if where else str(key))
    elif isinstance(values, (list, tuple)) and values and is_dataclass(values[0]):
        for position, value in enumerate(values):
            yield from _rates(value, f"{where}[{position}]")


def _rounded(value: Any) -> Any:
    """Plain JSON values; floats to six significant digits, so that files do not differ by the last bit."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot be in a calibration")
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    if isinstance(value, dict):
        return {str(key): _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def _laid_out(value: Any, indent: str) -> str:
    """JSON that a person can read and a diff can show: mappings over lines, lists of plain values on one."""
    inner = indent + " "
    if isinstance(value, dict) and value and "count" not in value:
        lines = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, inner)}" for key, item in sorted(value.items())]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(inner + _laid_out(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
