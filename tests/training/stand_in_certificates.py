"""Stand-ins for the trainings behind `certify`: a certificate made by hand, so that commands can be tested in no time."""

from dataclasses import replace

import numpy as np
import pytest
from made_certificates import certificate, exhibit
from typer.testing import CliRunner

from spotdiff10k import certify as stage
from spotdiff10k.commands.main import app
from spotdiff10k.training.evidence import certificate as making
from spotdiff10k.training.evidence import file


def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """From now on certify writes a certificate made by hand; the list holds what was asked for."""
    asked: list[object] = []

    def make(grouped, folder, how, processes, watchers, refused, draw, disclosures):
        asked.append(how)
        watchers.said("Training.")
        level = "refused" if "poor" in grouped.name else "certified"
        found = certificate(level, name=grouped.name)
        found = replace(found, dataset=replace(found.dataset, digest=grouped.digest))
        found = replace(found, disclosures=(*disclosures, *found.disclosures))
        shown = exhibit()
        rows = np.zeros(len(shown.views), np.int64)
        certified = making.Certified(found, grouped, rows, shown.before, shown.after, {"training": 1.0})
        draw(certified)
        file.write(folder, found)
        return certified

    monkeypatch.setattr(making, "certify", make)
    monkeypatch.setattr(making.Certified, "views", property(lambda _: list(exhibit().views)))
    monkeypatch.setattr(stage, "refuse_without_needs", lambda *_: None)
    monkeypatch.setattr("spotdiff10k.against.refuse_without_needs", lambda *_: None)
    monkeypatch.setattr("spotdiff10k.build.refuse_without_needs", lambda *_: None)
    return asked


def run(*words: object) -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return (getattr(result.exception, "exit_code", 1) if result.exception else 0), result.output
