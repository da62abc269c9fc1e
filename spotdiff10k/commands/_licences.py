"""What `plan` says of licences: what goes into the set, what follows for it, and what was overridden."""

from typing import TYPE_CHECKING, Any

from spotdiff10k.commands.output import Output

if TYPE_CHECKING:
    from spotdiff10k.licences import Finding, Ingredient


def show(out: Output, found: "Finding") -> None:
    """A table of the ingredients, where there are any, and a line on the set."""
    if found.ingredients:
        rows = [(one.role, one.what, one.licence, _asked(one), one.terms.source) for one in found.ingredients]
        out.table("Licences of what goes into the set", ("role", "what", "licence", "asks of the set", "source"), rows)
    asked = ", ".join(sorted(found.joined.asks)) or "nothing"
    out.say(f"Licence of the set: {found.declared}; what goes into it asks for {asked}.")
    for licence in found.accepted:
        out.note(f"Warning: what {licence} objects to is overridden; the release will say so.")
    for warning in found.warnings:
        out.note(f"Warning: {warning}.")


def document(found: "Finding") -> dict[str, Any]:
    """What --json prints of it."""
    return {
        "declared": found.declared,
        "follows": found.joined.licence,
        "asks": sorted(found.joined.asks),
        "forbids": sorted(found.joined.forbids),
        "accepted": list(found.accepted),
        "warnings": list(found.warnings),
        "ingredients": [
            {
                "role": one.role,
                "what": one.what,
                "licence": one.licence,
                "asks": sorted(one.terms.asks),
                "source": one.terms.source,
            }
            for one in found.ingredients
        ],
    }


def _asked(one: "Ingredient") -> str:
    if not one.terms.known:
        return "not known"
    forbidden = [f"no {deed}" for deed in sorted(one.terms.forbids)]
    return ", ".join([*sorted(one.terms.asks), *forbidden]) or "nothing"
