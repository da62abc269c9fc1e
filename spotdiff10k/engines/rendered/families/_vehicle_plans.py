"""Outlines of cars, pickups, vans and buses in side view."""

from dataclasses import dataclass, replace

from spotdiff10k.engines.rendered.families._vehicle_hull import Hull, Line, filleted

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CarPlan:
    """A body type in side view; spans are (rear, front) along x, metres."""

    top: Line
    belt: float
    door: Span
    bonnet: Span
    boot: Span | None  # a lid over the top; None for a tailgate at the back
    glass: tuple[Span, ...]  # windscreen and rear window: spans of the top line
    windows: tuple[Span, ...]  # side windows; those inside the door's span open with it
    roof: Span
    axles: Span
    wheel_radius: float = 0.098
    half_width: float = 0.25
    floor: float = 0.085
    tumblehome: float = 0.25
    fillet: float = 0.03
    fenders: bool = False
    bed: Span | None = None
    gate_height: float = 0.2


PLANS = {
    "hatchback": CarPlan(
        top=((-0.5, 0.28), (-0.49, 0.35), (-0.41, 0.545), (0.08, 0.565), (0.25, 0.345), (0.47, 0.295), (0.5, 0.25)),
        belt=0.34, door=(-0.14, 0.19), bonnet=(0.27, 0.46), boot=(-0.488, -0.42), glass=((-0.475, -0.42), (0.095, 0.235)),
        windows=((-0.42, -0.165), (-0.12, 0.2)), roof=(-0.4, 0.06), axles=(-0.31, 0.33),
    ),
    "saloon": CarPlan(
        top=((-0.58, 0.27), (-0.565, 0.325), (-0.36, 0.345), (-0.23, 0.515), (0.06, 0.525), (0.22, 0.34), (0.555, 0.295),
             (0.58, 0.25)),
        belt=0.335, door=(-0.1, 0.19), bonnet=(0.25, 0.545), boot=(-0.555, -0.375), glass=((-0.35, -0.24), (0.075, 0.205)),
        windows=((-0.33, -0.125), (-0.08, 0.19)), roof=(-0.21, 0.04), axles=(-0.35, 0.37),
    ),
    "pickup truck": CarPlan(
        top=((-0.6, 0.215), (-0.135, 0.22), (-0.128, 0.34), (-0.1, 0.575), (0.13, 0.585), (0.25, 0.365), (0.53, 0.33),
             (0.56, 0.27)),
        belt=0.355, door=(-0.08, 0.2), bonnet=(0.27, 0.52), boot=None, glass=((0.14, 0.24),),
        windows=((-0.06, 0.205),), roof=(-0.09, 0.11), axles=(-0.37, 0.36), wheel_radius=0.112, floor=0.11, fillet=0.02,
        bed=(-0.6, -0.145), gate_height=0.13,
    ),
    "delivery van": CarPlan(
        top=((-0.53, 0.6), (-0.52, 0.645), (0.14, 0.66), (0.22, 0.625), (0.37, 0.39), (0.52, 0.325), (0.55, 0.26)),
        belt=0.37, door=(0.06, 0.31), bonnet=(0.38, 0.51), boot=None, glass=((0.235, 0.355),),
        windows=((0.08, 0.32),), roof=(-0.5, 0.12), axles=(-0.33, 0.36), tumblehome=0.1, gate_height=0.42,
    ),
    "bus": CarPlan(
        top=((-0.62, 0.58), (-0.61, 0.615), (0.54, 0.63), (0.585, 0.6), (0.612, 0.36), (0.62, 0.25)),
        belt=0.345, door=(0.36, 0.54), bonnet=(0.1, 0.3), boot=None, glass=((0.588, 0.611),),
        windows=((-0.58, -0.38), (-0.355, -0.16), (-0.135, 0.06), (0.085, 0.33), (0.375, 0.525)), roof=(-0.55, 0.05),
        axles=(-0.38, 0.29), tumblehome=0.05, half_width=0.24, gate_height=0.36,
    ),
    "beetle car": CarPlan(
        top=((-0.5, 0.2), (-0.47, 0.3), (-0.4, 0.4), (-0.29, 0.515), (-0.13, 0.575), (0.05, 0.57), (0.11, 0.545), (0.2, 0.4),
             (0.33, 0.37), (0.44, 0.29), (0.49, 0.2)),
        belt=0.37, door=(-0.1, 0.17), bonnet=(0.215, 0.44), boot=(-0.47, -0.36), glass=((-0.34, -0.25), (0.118, 0.19)),
        windows=((-0.3, -0.125), (-0.08, 0.165)), roof=(-0.22, 0.03), axles=(-0.3, 0.32), half_width=0.215, fillet=0.06,
        fenders=True,
    ),
}  # fmt: skip


def stretched(plan: CarPlan, along: float, up: float) -> CarPlan:
    """The plan longer by the factor `along`, its upper parts higher by `up`."""

    def span(limits: Span) -> Span:
        return limits[0] * along, limits[1] * along

    return replace(
        plan,
        top=tuple((x * along, z if z < plan.belt else plan.belt + (z - plan.belt) * up) for x, z in plan.top),
        door=span(plan.door),
        bonnet=span(plan.bonnet),
        boot=None if plan.boot is None else span(plan.boot),
        glass=tuple(span(limits) for limits in plan.glass),
        windows=tuple(span(limits) for limits in plan.windows),
        roof=span(plan.roof),
        axles=span(plan.axles),
        bed=None if plan.bed is None else span(plan.bed),
    )


def hull_of(plan: CarPlan) -> Hull:
    """The skin of a plan, a little narrower at both ends."""
    rear, front, wide = plan.top[0][0], plan.top[-1][0], plan.half_width
    width = ((rear, wide * 0.94), (rear * 0.6, wide), (front * 0.6, wide), (front, wide * 0.9))
    radius = 0.0 if plan.fenders else plan.wheel_radius
    return Hull(
        filleted(plan.top, plan.fillet),
        width,
        plan.floor,
        plan.belt,
        plan.axles if radius else (),
        radius,
        tumblehome=plan.tumblehome,
    )
