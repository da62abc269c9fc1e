"""A finished group as a contact sheet: its pictures by pose and background, and its layers if wanted."""

from collections.abc import Mapping

import numpy as np

from spotdiff10k import contact_sheet, samples
from spotdiff10k.report import layers
from spotdiff10k.types import FinishedGroup, Image, PlannedGroup

TILE = 256
"""Pixels; smaller pictures are shown as they are."""
STRIPS = ("plate", "shadow", "mask", "depth", "normal", "canny", "skeleton")
"""Layers in the order of their strips; each shows every pose on the group's first background."""


def group_sheet(group: PlannedGroup, finished: FinishedGroup, with_layers: bool = False, tile: int = TILE) -> Image:
    """Draw a group, (H, W, 3). Raises DataError when a member cannot be decoded."""
    members = {sample.key: sample.members for sample in finished.samples}
    columns = len(group.backgrounds)
    tiles = [_picture(cell.key, members.get(cell.key, {}), tile) for cell in group.cells]
    labels = contact_sheet.Labels(
        title=group.subject.description,
        subtitle=f"{group.id} · {group.split} · {group.subject.family}",
        rows=[pose.description or pose.id for pose in group.poses],
        columns=[background.description for background in group.backgrounds],
    )
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    return contact_sheet.compose(rows, labels, _strips(group, members, tile) if with_layers else None)


def _picture(key: str, members: Mapping[str, bytes], tile: int) -> Image | None:
    if not members:
        return None
    return np.asarray(layers.picture(members[samples.picture_suffix(tuple(members))], key, tile))


def _strips(group: PlannedGroup, members: Mapping[str, Mapping[str, bytes]], tile: int) -> dict[str, list[Image | None]]:
    first = [members.get(cell.key, {}) for cell in group.cells if cell.background_index == 0]
    strips = {}
    for layer in STRIPS:
        row = [_layer(layer, sample, tile) for sample in first]
        if any(one is not None for one in row):
            strips[layer] = row
    return strips


def _layer(layer: str, members: Mapping[str, bytes], tile: int) -> Image | None:
    suffix = next((name for name in members if name.rpartition(".")[0] == layer), "")
    return layers.plain(layer, members[suffix], suffix, tile) if suffix else None
