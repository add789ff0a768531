"""What the left button does, and with which settings."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.edits.compose import PaintRule
from ctviewer.domain.measurement import MeasurementKind
from ctviewer.session.observed import Observed

RADIUS_RANGE_MM = (0.5, 60.0)
LUNG_GATE_HU = (-1024, -300)
"""Air and lung; keeps a brush off vessels, mediastinum and chest wall."""
RADIUS_STEP = 1.2
"""Factor per key press or wheel notch."""
TOLERANCE_RANGE_HU = (5, 1000)
LIMIT_RANGE_ML = (1, 10_000)
REMOVE, NEW_SEGMENT = 0, -1
"""Values of `ToolSettings.cut_target` besides labels."""


class ToolKind(StrEnum):
    """What the left button does; the values are the machine names in the journal."""

    BROWSE = "browse"
    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    BRUSH = "brush"
    ERASER = "eraser"
    POLYGON = "polygon"
    LASSO = "lasso"
    LIVEWIRE = "livewire"
    FILL = "fill"
    GROW = "region grow"
    SCISSORS = "scissors"
    ISLAND = "island"
    BOX = "box"
    """Draws the box inside which a prediction is accepted."""
    MEASURE_LENGTH = "measure length"
    MEASURE_ANGLE = "measure angle"
    MEASURE_BIDIRECTIONAL = "measure bidirectional"
    MEASURE_ELLIPSE = "measure ellipse"
    MEASURE_POLYGON = "measure polygon"
    MEASURE_PROBE = "measure probe"
    MEASURE_RATIO = "measure ratio"


MEASURING_TOOLS: dict[ToolKind, MeasurementKind] = {
    ToolKind.MEASURE_LENGTH: MeasurementKind.LENGTH,
    ToolKind.MEASURE_ANGLE: MeasurementKind.ANGLE,
    ToolKind.MEASURE_BIDIRECTIONAL: MeasurementKind.BIDIRECTIONAL,
    ToolKind.MEASURE_ELLIPSE: MeasurementKind.ELLIPSE,
    ToolKind.MEASURE_POLYGON: MeasurementKind.POLYGON,
    ToolKind.MEASURE_PROBE: MeasurementKind.PROBE,
    ToolKind.MEASURE_RATIO: MeasurementKind.RATIO,
}
"""Tools that draw measurements; they never touch the mask."""

STROKE_TOOLS = frozenset({ToolKind.BRUSH, ToolKind.ERASER})
OUTLINE_TOOLS = frozenset({ToolKind.POLYGON, ToolKind.LASSO, ToolKind.LIVEWIRE})
CLICK_TOOLS = frozenset({ToolKind.FILL, ToolKind.GROW, ToolKind.ISLAND})
PAINTING_TOOLS = STROKE_TOOLS | OUTLINE_TOOLS | CLICK_TOOLS | {ToolKind.SCISSORS}
"""Tools that change the mask."""


class PaintOver(StrEnum):
    """What tools may change, besides the locked segments."""

    EVERYTHING = "everything"
    BACKGROUND = "background"
    """Painting only where nothing is; erasing only the active segment."""
    INSIDE = "inside"
    """Painting and erasing only inside one chosen segment."""


class IslandAction(StrEnum):
    """What a click on a connected part does."""

    REMOVE = "remove"
    KEEP = "keep"
    """Removes all other parts of the segment."""
    RELABEL = "relabel"
    """Gives it to the active segment."""


def _ordered(_: object, pair: tuple[int, int]) -> tuple[int, int]:
    return (min(int(pair[0]), int(pair[1])), max(int(pair[0]), int(pair[1])))


class ToolSettings(QObject):
    """Settings of all tools, shared by every view and document."""

    active_changed = Signal(object)
    radius_mm_changed = Signal(object)
    is_ball_changed = Signal(object)
    gate_enabled_changed = Signal(object)
    gate_adaptive_changed = Signal(object)
    gate_hu_changed = Signal(object)
    paint_over_changed = Signal(object)
    inside_label_changed = Signal(object)
    subtracts_changed = Signal(object)
    fills_3d_changed = Signal(object)
    grows_3d_changed = Signal(object)
    tolerance_hu_changed = Signal(object)
    limit_ml_changed = Signal(object)
    cuts_through_changed = Signal(object)
    cut_target_changed = Signal(object)
    island_action_changed = Signal(object)

    active: Observed[ToolKind] = Observed(ToolKind.BROWSE, "active_changed")
    radius_mm: Observed[float] = Observed(
        8.0, "radius_mm_changed", lambda _, v: round(min(max(float(v), RADIUS_RANGE_MM[0]), RADIUS_RANGE_MM[1]), 2)
    )
    is_ball: Observed[bool] = Observed(False, "is_ball_changed")
    gate_enabled: Observed[bool] = Observed(False, "gate_enabled_changed")
    gate_adaptive: Observed[bool] = Observed(False, "gate_adaptive_changed")
    """Take the HU range from the tissue under the pointer whenever a gesture begins."""
    gate_hu: Observed[tuple[int, int]] = Observed(LUNG_GATE_HU, "gate_hu_changed", _ordered)
    """Lowest and highest HU that may change while the gate is on."""
    paint_over: Observed[PaintOver] = Observed(PaintOver.EVERYTHING, "paint_over_changed", lambda _, v: PaintOver(v))
    inside_label: Observed[int] = Observed(1, "inside_label_changed")
    """Segment that `PaintOver.INSIDE` means."""
    subtracts: Observed[bool] = Observed(False, "subtracts_changed")
    """Outlines, fill and region grow take away from the active segment instead of adding to it."""
    fills_3d: Observed[bool] = Observed(False, "fills_3d_changed")
    grows_3d: Observed[bool] = Observed(True, "grows_3d_changed")
    tolerance_hu: Observed[int] = Observed(
        120, "tolerance_hu_changed", lambda _, v: int(min(max(v, TOLERANCE_RANGE_HU[0]), TOLERANCE_RANGE_HU[1]))
    )
    """How far from the clicked tissue the region grow goes, in HU."""
    limit_ml: Observed[int] = Observed(
        500, "limit_ml_changed", lambda _, v: int(min(max(v, LIMIT_RANGE_ML[0]), LIMIT_RANGE_ML[1]))
    )
    """A larger region has leaked."""
    cuts_through: Observed[bool] = Observed(True, "cuts_through_changed")
    """Scissors cut through all slices, or only the one that is shown."""
    cut_target: Observed[int] = Observed(NEW_SEGMENT, "cut_target_changed")
    """What becomes of the part that is cut off: a label, `REMOVE` or `NEW_SEGMENT`."""
    island_action: Observed[IslandAction] = Observed(
        IslandAction.REMOVE, "island_action_changed", lambda _, v: IslandAction(v)
    )

    @property
    def paints(self) -> bool:
        """Whether the active tool changes the mask, or says where it may be changed."""
        return self.active in PAINTING_TOOLS or self.active is ToolKind.BOX

    @property
    def handles_measurements(self) -> bool:
        """Whether the left button may grab a measurement: not while it paints."""
        return self.active is ToolKind.BROWSE or self.active in MEASURING_TOOLS

    @property
    def shows_brush(self) -> bool:
        """Whether the pointer is drawn as a circle of the brush's size."""
        return self.active in STROKE_TOOLS

    def resize(self, steps: int) -> None:
        """Make the brush larger or smaller by 20 % per step."""
        self.radius_mm = self.radius_mm * RADIUS_STEP**steps

    def use_lung_gate(self) -> None:
        """Paint within air and lung only; a second call switches the gate off again."""
        is_on = self.gate_enabled and not self.gate_adaptive and self.gate_hu == LUNG_GATE_HU
        self.gate_adaptive = False
        self.gate_hu = LUNG_GATE_HU
        self.gate_enabled = not is_on

    def paint_rule(self) -> PaintRule:
        """Limits for what a segment gains."""
        only_over: frozenset[int] | None = None
        if self.paint_over is PaintOver.BACKGROUND:
            only_over = frozenset({0})
        elif self.paint_over is PaintOver.INSIDE:
            only_over = frozenset({self.inside_label})
        return PaintRule(only_over=only_over, hu_range=self._hu_range())

    def erase_rule(self, active_label: int | None = None) -> PaintRule:
        """Limits for what is erased.

        Parameters
        ----------
        active_label
            The only segment that may lose voxels; None: every segment, unless the paint rule says otherwise.
        """
        only_over = None if active_label is None else frozenset({active_label})
        if self.paint_over is PaintOver.INSIDE:
            chosen = frozenset({self.inside_label})
            only_over = chosen if only_over is None else only_over & chosen
        return PaintRule(only_over=only_over, hu_range=self._hu_range())

    def _hu_range(self) -> tuple[float, float] | None:
        return self.gate_hu if self.gate_enabled else None
