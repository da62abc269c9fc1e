"""How a group is made: anchor, pictures of its poses, cut-outs, then every cell joined to its background."""

from collections.abc import Mapping, Sequence
from functools import partial

from spotdiff10k.engines.controlnet import prompts
from spotdiff10k.engines.controlnet.addresses import anchor_seed, pose_seed
from spotdiff10k.engines.controlnet.asking import Do, Draw, Making
from spotdiff10k.engines.controlnet.drawings import JOIN, POSE, Drawing
from spotdiff10k.engines.controlnet.finishing import finish_drawn, finish_joined
from spotdiff10k.engines.controlnet.kit import Kit, Posed
from spotdiff10k.engines.controlnet.locking import Held, held_alone, held_before_plates, started
from spotdiff10k.engines.controlnet.options import BOTH, NONE
from spotdiff10k.engines.controlnet.referring import Reference, photo_of
from spotdiff10k.engines.controlnet.seams import ControlMaps, Member
from spotdiff10k.engines.controlnet.segmenting import segment
from spotdiff10k.errors import EngineError
from spotdiff10k.types import BackgroundLevel, FinishedGroup, FinishedSample, Image, PlannedCell, PlannedGroup

Members = Sequence[Mapping[str, bytes]]
"""Of each cell's sample, in the cells' order."""


def make_group(kit: Kit, group: PlannedGroup) -> Making[FinishedGroup]:
    """Make the cells of a group, or those of them that were asked for."""
    try:
        (photo,) = yield Do((partial(photo_of, group, kit.settings),))
        anchor = None if photo is not None or not kit.follows else (yield from _anchor(kit, group))
        reference = photo if anchor is None else Reference(anchor.picture, anchor.cut.alpha)
        with kit.plates.held(_levels(kit, group)):
            if kit.options.hold == NONE:
                members = yield from _drawn_cells(kit, group, reference)
            else:
                members = yield from _joined_cells(kit, group, reference, anchor)
    finally:
        kit.forget(group.id)
    samples = zip(group.cells, members, strict=True)
    return FinishedGroup(group.id, tuple(FinishedSample(cell.key, found) for cell, found in samples))


def _levels(kit: Kit, group: PlannedGroup) -> tuple[BackgroundLevel, ...]:
    """The background levels whose plates the cells need."""
    indices = sorted({cell.background_index for cell in group.cells}) if kit.options.hold == BOTH else ()
    return tuple(group.backgrounds[index] for index in indices)


def _anchor(kit: Kit, group: PlannedGroup) -> Making[Posed]:
    """The group's first picture, which the others follow; the same whatever is made again."""
    cell = PlannedCell(f"{group.id}-p00-b00", 0, 0, 0, 0, "", "")
    (maps,) = yield Do((kit.maps(group, cell),))
    seed = anchor_seed(group)
    member = Member(group.id, True, maps.region)
    drawing = _posing(kit, group, cell, seed, maps, member)
    (picture,) = yield Draw((drawing,))
    (cut,) = yield Do((partial(segment, picture, maps.region, kit.settings),))
    return Posed(picture, cut, maps, seed, drawing.prompt)


def _posing(
    kit: Kit, group: PlannedGroup, cell: PlannedCell, seed: int, maps: ControlMaps, member: Member, whole: bool = False
) -> Drawing:
    """A picture under control: of the pose before a plain backdrop, or of the whole cell."""
    reference = member.reference if kit.options.family.is_editor else None
    pose, follows = group.poses[cell.pose_index], reference is not None
    if whole:
        prompt = prompts.of_whole(kit.options, group, cell, follows)
    else:
        prompt = prompts.of_pose(kit.options, group, pose, follows)
    references = () if reference is None else (reference,)
    return Drawing(POSE, seed, prompt, kit.options.negative, maps.maps, member, references=references)


def _member(group: PlannedGroup, maps: ControlMaps, reference: Reference | None) -> Member:
    if reference is None:
        return Member(group.id, False, maps.region)
    return Member(group.id, False, maps.region, reference.picture, reference.alpha)


def _joined_cells(kit: Kit, group: PlannedGroup, reference: Reference | None, anchor: Posed | None) -> Making[Members]:
    """One picture a pose; its subject is set before every background, and what is between them painted anew."""
    posed = yield from _poses(kit, group, reference, anchor)
    indices = sorted(posed)
    held = dict(zip(indices, (yield Do(tuple(partial(_hold, kit, posed[index]) for index in indices))), strict=True))
    starts = yield Do(tuple(partial(_start, kit, group, cell, held[cell.pose_index]) for cell in group.cells))
    asked = zip(group.cells, starts, strict=True)
    painted = yield Draw(
        tuple(_joining(kit, cell, posed[cell.pose_index], held[cell.pose_index], start) for cell, start in asked)
    )
    ended = zip(group.cells, painted, strict=True)
    return (
        yield Do(
            tuple(
                partial(finish_joined, kit, group, cell, posed[cell.pose_index], held[cell.pose_index], picture)
                for cell, picture in ended
            )
        )
    )


def _poses(kit: Kit, group: PlannedGroup, reference: Reference | None, anchor: Posed | None) -> Making[Mapping[int, Posed]]:
    """The poses that the cells need, each by its place in the group; the anchor is the first one's picture, unless made again."""
    _refuse_uneven(group)
    firsts = {cell.pose_index: cell for cell in reversed(group.cells)}
    known = {} if anchor is None or 0 not in firsts or firsts[0].attempt else {0: anchor}
    cells = [firsts[index] for index in sorted(firsts) if index not in known]
    plates = kit.plates.missing(_levels(kit, group))  # drawn while the maps are made
    maps = (yield (Do(tuple(kit.maps(group, cell) for cell in cells)), plates))[: len(cells)]
    shared = reference is None
    seeds = [pose_seed(group, group.poses[cell.pose_index], cell.attempt, shared) for cell in cells]
    drawings = tuple(
        _posing(kit, group, cell, seed, found, _member(group, found, reference))
        for cell, seed, found in zip(cells, seeds, maps, strict=True)
    )
    pictures = yield Draw(drawings)
    cuts = yield Do(tuple(partial(segment, one, found.region, kit.settings) for one, found in zip(pictures, maps, strict=True)))
    made = zip(cells, pictures, cuts, maps, drawings, strict=True)
    return known | {
        cell.pose_index: Posed(picture, cut, found, drawing.seed, drawing.prompt) for cell, picture, cut, found, drawing in made
    }


def _refuse_uneven(group: PlannedGroup) -> None:
    """The cells of a pose show the same pixels, so they are made again together or not at all."""
    attempts: dict[int, int] = {}
    for cell in group.cells:
        if attempts.setdefault(cell.pose_index, cell.attempt) != cell.attempt:
            raise EngineError(
                f"The cells of pose {cell.pose_index} of group {group.id} have different attempts, though they share one "
                "subject; make them again together."
            )


def _hold(kit: Kit, posed: Posed) -> Held:
    if kit.options.hold == BOTH:
        return held_before_plates(posed.picture, posed.cut.alpha, kit.reach)
    return held_alone(posed.picture, posed.cut.alpha)


def _start(kit: Kit, group: PlannedGroup, cell: PlannedCell, held: Held) -> Image:
    if kit.options.hold == BOTH:
        return started(held, kit.plates[group.backgrounds[cell.background_index]].picture)
    return held.picture


def _joining(kit: Kit, cell: PlannedCell, posed: Posed, held: Held, start: Image) -> Drawing:
    words, negative = prompts.of_cell(kit.options, cell), kit.options.negative
    return Drawing(JOIN, cell.seed, words, negative, posed.maps.maps, start=start, repaint=held.regions.repaint)


def _drawn_cells(kit: Kit, group: PlannedGroup, reference: Reference | None) -> Making[Members]:
    """Every cell is a picture of its own; nothing is held but what words, maps and identity strategy hold."""
    maps: Sequence[ControlMaps] = yield Do(tuple(kit.maps(group, cell) for cell in group.cells))
    drawings = tuple(
        _posing(kit, group, cell, cell.seed, found, _member(group, found, reference), whole=True)
        for cell, found in zip(group.cells, maps, strict=True)
    )
    pictures = yield Draw(drawings)
    return (
        yield Do(
            tuple(
                partial(finish_drawn, kit, group, cell, found, picture, drawing.prompt)
                for cell, found, picture, drawing in zip(group.cells, maps, pictures, drawings, strict=True)
            )
        )
    )
