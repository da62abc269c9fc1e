"""Which column, or field, or member of somebody's set holds what: `subject=item_id,picture=path,pose=view`."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from spotdiff10k.errors import RecipeError

NAMES = ("subject", "picture", "mask", "plate", "pose", "background", "family", "split", "key")
"""What a set can say of a picture; only `picture` has to be there, and `subject` where it is not the sample itself."""
SEVERAL = "|"
"""Between columns that each hold another picture of the same subject: `picture=img1|img2|img3`."""
PER_PICTURE = ("picture", "mask", "plate", "pose", "background")
"""What can be said of each of several pictures."""
INSIDE = "."
"""Between the member, or column, that holds an object and the field in it: `json.item_id`."""

Columns = Mapping[str, tuple[str, ...]]
"""What, to the columns that hold it: one, or one a picture."""


def parse_columns(text: str) -> dict[str, tuple[str, ...]]:
    """Read the map. Raises RecipeError for what it cannot mean."""
    found: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            raise RecipeError(f"--columns has '{part}'; expected pairs such as subject=item_id, with commas between them.")
        _refuse_unknown(name)
        if name in found:
            raise RecipeError(f"--columns names {name} twice; several pictures of a subject are written picture=img1|img2.")
        found[name] = tuple(piece.strip() for piece in column.split(SEVERAL))
        if not all(found[name]):
            raise RecipeError(f"--columns has '{part}' with an empty column between its '{SEVERAL}'.")
    _refuse_uneven(found)
    return found


def with_defaults(given: Columns, there: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The map with every name that is not in it but is itself a column."""
    columns = set(there)
    return {**{name: (name,) for name in NAMES if name in columns}, **given}


def _refuse_unknown(name: str) -> None:
    if name in NAMES:
        return
    near = get_close_matches(name, NAMES, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise RecipeError(f"--columns knows no '{name}'; it maps {', '.join(NAMES)}.{hint}")


def _refuse_uneven(found: Columns) -> None:
    """As many of each as there are pictures, or one for all."""
    pictures = len(found.get("picture", ("",)))
    for name, columns in found.items():
        most = pictures if name in PER_PICTURE else 1
        if len(columns) not in (1, most):
            raise RecipeError(
                f"--columns gives {len(columns)} columns for {name}; expected one" + (f", or {most}." if most > 1 else ".")
            )
