"""The errors people see: sentences that say what was found, what was expected and what to do.

SpotdiffError
├── RecipeError      the recipe cannot be used            (exit 2)
├── PlanError        the plan cannot be made or was changed
├── EngineError      an engine cannot make a group
├── RunError         the run folder is missing, busy, unwritable, full or altered
├── DataError        data did not pass: verify, validate --strict, quarantined groups (exit 3)
├── ModelError       a model is not on this machine, or is not what its manifest says
└── MissingExtraError  an optional part is not installed
"""


class SpotdiffError(Exception):
    """Root of every expected error; the command line prints it without a traceback."""

    exit_code = 1


class RecipeError(SpotdiffError):
    """A recipe, an override or a catalogue is wrong; usage, so exit code 2."""

    exit_code = 2


class PlanError(SpotdiffError):
    """A plan cannot be made from this recipe, or it does not match the run."""


class EngineError(SpotdiffError):
    """An engine could not make a group."""


class RunError(SpotdiffError):
    """The run folder is missing, locked, unwritable, full or altered."""


class DataError(SpotdiffError):
    """The data did not pass; exit code 3."""

    exit_code = 3


class ModelError(SpotdiffError):
    """A model is not on this machine, cannot be fetched, or is not what its manifest says."""


class MissingExtraError(SpotdiffError):
    """An optional dependency is not installed; says which extra brings it."""

    def __init__(self, package: str, extra: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the package '{package}', which is not installed. Run: pip install 'spotdiff10k[{extra}]'"
        )
