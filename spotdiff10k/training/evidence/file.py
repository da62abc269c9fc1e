"""certificate.json: written so that equal certificates are equal bytes, read back strictly, described by a JSON schema."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spotdiff10k.errors import DataError
from spotdiff10k.run import write_atomically
from spotdiff10k.training.results import FORMAT, Certificate

if TYPE_CHECKING:
    from pydantic import TypeAdapter

NAME = "certificate.json"
LARGEST_BYTES = 64 * 2**20
SCHEMA_TITLE = "spotdiff10k certificate"
SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "certificate.schema.json"


def write(folder: Path, certificate: Certificate) -> Path:
    """Write certificate.json. Raises RunError."""
    path = folder / NAME
    write_atomically(path, text(certificate).encode())
    return path


def text(certificate: Certificate) -> str:
    """The certificate in JSON, keys in the order of their names, every digit kept."""
    return json.dumps(asdict(certificate), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def read(path: Path) -> Certificate:
    """A certificate from its file. Raises DataError when there is none, or when it is not one of this format."""
    from pydantic import ValidationError

    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DataError(f"{path} is larger than a certificate can be.")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"There is no certificate at {path} ({error.strerror}). Run: spotdiff10k certify RUN") from error
    try:
        found: Certificate = _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{path} is not a certificate of format {FORMAT}: {where}: {first['msg']}.") from error
    if found.format != FORMAT:
        raise DataError(f"{path} has format {found.format}; this version reads {FORMAT}. Run certify again.")
    return found


def schema() -> dict[str, Any]:
    """The JSON schema of certificate.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema(), "title": SCHEMA_TITLE}


@cache
def _adapter() -> "TypeAdapter[Certificate]":
    from pydantic import TypeAdapter

    return TypeAdapter(Certificate)


def write_schema(path: Path = SCHEMA_FILE) -> None:
    """Write the schema where the docs keep it."""
    path.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema()
