"""What a click or a cut asks for: fill, region grow, islands, scissors. Loads scipy; imported when first used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.compose import PaintRule, compose
from ctviewer.domain.edits.flood import HUGate, flood_in_slice, flood_in_volume, grow_in_slice, grow_in_volume
from ctviewer.domain.edits.hu_range import adaptive_range
from ctviewer.domain.edits.islands import all_but_island_at, island_at
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.region import Region
from ctviewer.domain.edits.scissors import cut_off
from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.planes import Plane
from ctviewer.domain.volume import Volume
from ctviewer.session.proposal import Control, Recipe, Setting
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.outline import Point
from ctviewer.session.tools.tool_settings import (
    LIMIT_RANGE_ML,
    NEW_SEGMENT,
    REMOVE,
    TOLERANCE_RANGE_HU,
    IslandAction,
    ToolKind,
    ToolSettings,
)

Voxel = tuple[int, int, int]
Submit = Callable[[Recipe], object]


@dataclass(frozen=True, slots=True)
class Click:
    """Where a click was, and whether it takes away."""

    plane: Plane
    voxel: Voxel
    subtracts: bool


def fill_recipe(document: SegmentationDocument, tools: ToolSettings, click: Click) -> Recipe:
    """Paint bucket on the mask: the connected voxels with the clicked label, no further than the HU gate lets it."""
    volume, in_3d, limit_ml = document.volume, tools.fills_3d, float(tools.limit_ml)
    target = _Target.of(document, tools, subtracts=click.subtracts)
    gate = HUGate(volume.hu, *tools.gate_hu) if tools.gate_enabled else None

    def compute(labels: LabelArray) -> MaskEdit | None:
        if in_3d:
            region = flood_in_volume(labels, click.voxel, volume.geometry, limit_ml, gate)
        else:
            region = flood_in_slice(labels, click.plane, click.voxel, gate)
        return target.edit(region, labels, volume)

    name = f"Fill – {target.name}"
    return Recipe(name, ToolKind.FILL.value, compute, is_previewed=in_3d)


def grow_recipe(document: SegmentationDocument, tools: ToolSettings, click: Click, submit: Submit) -> Recipe:
    """Connected voxels with HU values near those of the clicked tissue.

    Parameters
    ----------
    submit
        Takes the recipe that replaces this one when tolerance or limit are adjusted.
    """
    volume, in_3d = document.volume, tools.grows_3d
    target = _Target.of(document, tools, subtracts=click.subtracts)
    middle = sum(adaptive_range(volume.hu, volume.geometry, click.voxel)) / 2
    # The clicked voxel itself always belongs to the range, also where it is darker or brighter than its neighbourhood.
    own = float(volume.hu[click.voxel])
    low = min(middle - tools.tolerance_hu, own)
    high = max(middle + tools.tolerance_hu, own)
    if tools.gate_enabled:
        low, high = max(low, tools.gate_hu[0]), min(high, tools.gate_hu[1])
    limit_ml = float(tools.limit_ml)

    def compute(labels: LabelArray) -> MaskEdit | None:
        if in_3d:
            region = grow_in_volume(volume.hu, click.voxel, (low, high), volume.geometry, limit_ml)
        else:
            region = grow_in_slice(volume.hu, click.plane, click.voxel, (low, high))
        return target.edit(region, labels, volume)

    def again(name: str, value: float) -> None:
        setattr(tools, name, value)
        submit(grow_recipe(document, tools, click, submit))

    controls = [
        Control(Setting.TOLERANCE, tools.tolerance_hu, lambda v: again("tolerance_hu", v), *TOLERANCE_RANGE_HU,
                step=10, unit="HU"),
    ]  # fmt: skip
    if in_3d:
        controls.append(
            Control(Setting.LIMIT, tools.limit_ml, lambda v: again("limit_ml", v), *LIMIT_RANGE_ML, step=50, unit="ml")
        )
    return Recipe(f"Region grow – {target.name}", ToolKind.GROW.value, compute, controls=tuple(controls))


def island_recipe(document: SegmentationDocument, tools: ToolSettings, click: Click) -> Recipe | None:
    """Keep, remove or relabel the connected part under the pointer; None if there is no segment."""
    clicked = int(document.labels[click.voxel])
    if clicked == 0:
        return None
    volume, action = document.volume, tools.island_action
    locked = document.segments.locked
    active = document.segments.active_label
    name = document.segments.name(clicked)
    rule = PaintRule(locked, hu_range=tools.paint_rule().hu_range)

    def compute(labels: LabelArray) -> MaskEdit | None:
        if action is IslandAction.KEEP:
            region = all_but_island_at(labels, clicked, click.voxel)
        else:
            region = island_at(labels, clicked, click.voxel)
        if region is None:
            return None
        value = active if action is IslandAction.RELABEL else 0
        return compose(region, value, labels, rule, volume.hu)

    titles = {
        IslandAction.REMOVE: f"Remove island – {name}",
        IslandAction.KEEP: f"Keep island – {name}",
        IslandAction.RELABEL: f"Relabel island – {name} to {document.segments.name(active)}",
    }
    return Recipe(titles[action], ToolKind.ISLAND.value, compute, is_previewed=False)


def cut_recipe(
    document: SegmentationDocument,
    tools: ToolSettings,
    plane: Plane,
    path: Sequence[Point],
    submit: Submit,
    *,
    other_side: bool = False,
    target: int | None = None,
) -> Recipe:
    """Scissors: what lies on one side of the drawn line goes to another segment, or away.

    Parameters
    ----------
    path
        The line, fractional array indices.
    submit
        Takes the recipe that replaces this one when the side or the target are changed.
    other_side
        Take the larger part instead of the smaller one.
    target
        Label of the new segment if one was made for this cut; default as the settings say.
    """
    volume, segments = document.volume, document.segments
    label, through = segments.active_label, tools.cuts_through
    name = segments.name(label)
    goal = tools.cut_target if target is None else target
    made = target if target is not None else None
    if goal == NEW_SEGMENT:
        goal = made = segments.add_new(f"{segments.name(label)}, part").label
    points = np.array(path, dtype=np.float64)
    rule = replace(tools.erase_rule(label), locked=segments.locked)

    def compute(labels: LabelArray) -> MaskEdit | None:
        region = cut_off(labels, label, volume.geometry, plane, points, through_all=through, other_side=other_side)
        if region is None:
            raise CTViewerError(f"The line does not divide {name}.", "Draw it right across the segment.")
        return compose(region, goal, labels, rule, volume.hu)

    def flip(value: object) -> None:
        submit(cut_recipe(document, tools, plane, path, submit, other_side=bool(value), target=made))

    controls = (Control(Setting.OTHER_SIDE, other_side, flip),)
    title = f"Cut off – {name}" if goal == REMOVE else f"Cut – {name} to {segments.name(goal)}"
    on_dropped = None if made is None else segments.dropper(made)
    return Recipe(title, ToolKind.SCISSORS.value, compute, controls=controls, on_dropped=on_dropped)


@dataclass(frozen=True, slots=True)
class _Target:
    """What a filled region becomes."""

    name: str
    value: int
    rule: PaintRule

    @classmethod
    def of(cls, document: SegmentationDocument, tools: ToolSettings, *, subtracts: bool) -> _Target:
        segments = document.segments
        active = segments.active_label
        rule = tools.erase_rule(active) if subtracts else tools.paint_rule()
        name = segments.name(active)
        return cls(f"subtract from {name}" if subtracts else name, 0 if subtracts else active,
                   replace(rule, locked=segments.locked))  # fmt: skip

    def edit(self, region: Region | None, labels: LabelArray, volume: Volume) -> MaskEdit | None:
        """The edit that paints or erases a region."""
        return None if region is None else compose(region, self.value, labels, self.rule, volume.hu)


def voxel_at(index_kji: Point, shape: tuple[int, ...]) -> Voxel | None:
    """The voxel under a fractional index; None outside the volume."""
    voxel = tuple(int(np.floor(v + 0.5)) for v in index_kji)
    inside = all(0 <= v < n for v, n in zip(voxel, shape, strict=True))
    return (voxel[0], voxel[1], voxel[2]) if inside else None
