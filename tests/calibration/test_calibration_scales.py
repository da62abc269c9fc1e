"""Scales without an end."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotdiff10k.calibration.curves import BEYOND
from spotdiff10k.calibration.scales import Scale
from spotdiff10k.measures import Limit

SCALES = [Scale.of(possible, side) for possible in (Limit(), Limit(0.0, 1.0), Limit(-2.0, 180.0)) for side in ("low", "high")]


@pytest.mark.parametrize("scale", SCALES)
def test_further_out_is_larger(scale: Scale) -> None:
    values = np.linspace(0.001, 0.999, 50).tolist()
    places = scale.values(values if scale.side == "high" else values[::-1])
    assert (np.diff(places) > 0).all()


@given(st.sampled_from(SCALES), st.floats(-1e6, 1e6))
def test_every_place_is_one_of_a_value_that_can_be(scale: Scale, place: float) -> None:
    value = scale.value(place)
    assert value < scale.end if scale.side == "high" else value > scale.end or math.isinf(scale.end)


@given(st.sampled_from(SCALES), st.floats(0.001, 0.999))
def test_a_value_comes_back_rounded_outward(scale: Scale, value: float) -> None:
    found = scale.value(float(scale.values([value])[0]))
    assert found == pytest.approx(value, rel=2e-3)
    assert found >= value * (1 - 1e-9) if scale.side == "high" else found <= value * (1 + 1e-9)


def test_what_is_at_the_end_lies_beyond_every_place_and_what_is_no_number_beyond_every_other() -> None:
    scale = Scale.of(Limit(0.0, 1.0), "low")
    assert scale.values([0.0, math.nan, 1e-300]).tolist()[:2] == [math.inf, BEYOND]
    assert scale.values([1e-300])[0] < BEYOND
    assert scale.limit(-math.inf) == math.inf
