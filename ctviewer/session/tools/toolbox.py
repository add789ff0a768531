"""Which tool the left button uses, its settings, and the gesture under way."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.edits.compose import PaintRule
from ctviewer.domain.edits.region import Region
from ctviewer.domain.measurement import MeasurementKind
from ctviewer.session.observed import Observed
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.brush import Brush, PaintTool
from ctviewer.session.tools.pointer import PointerEvent

RADIUS_RANGE_MM = (0.5, 60.0)
LUNG_GATE_HU = (-1024, -300)
"""Air and lung; keeps a brush off vessels, mediastinum and chest wall."""
RADIUS_STEP = 1.2
"""Factor per key press or wheel notch."""


class ToolKind(StrEnum):
    """What the left button does."""

    BROWSE = "browse"
    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    BRUSH = "brush"
    ERASER = "eraser"
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


class PaintOver(StrEnum):
    """What brush and eraser may change, besides the locked segments."""

    EVERYTHING = "everything"
    BACKGROUND = "background"
    """The brush paints only where nothing is; the eraser removes only the active segment."""


class ToolBox(QObject):
    """Settings of the tools, and the router of left-button gestures to the document."""

    active_changed = Signal(object)
    radius_mm_changed = Signal(object)
    is_ball_changed = Signal(object)
    gate_enabled_changed = Signal(object)
    gate_hu_changed = Signal(object)
    paint_over_changed = Signal(object)
    refused = Signal(str, str)
    """Sentence and hint why a gesture did not start."""

    active: Observed[ToolKind] = Observed(ToolKind.BROWSE, "active_changed")
    radius_mm: Observed[float] = Observed(
        8.0, "radius_mm_changed", lambda _, v: round(min(max(float(v), RADIUS_RANGE_MM[0]), RADIUS_RANGE_MM[1]), 2)
    )
    is_ball: Observed[bool] = Observed(False, "is_ball_changed")
    gate_enabled: Observed[bool] = Observed(False, "gate_enabled_changed")
    gate_hu: Observed[tuple[int, int]] = Observed(
        LUNG_GATE_HU, "gate_hu_changed", lambda _, v: (min(int(v[0]), int(v[1])), max(int(v[0]), int(v[1])))
    )
    """Lowest and highest HU that may change while the gate is on."""
    paint_over: Observed[PaintOver] = Observed(PaintOver.EVERYTHING, "paint_over_changed")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: SegmentationDocument | None = None
        self._tool: PaintTool | None = None
        self._kind = ToolKind.BRUSH

    @property
    def is_painting(self) -> bool:
        """Whether a paint gesture is under way."""
        return self._tool is not None

    @property
    def paints(self) -> bool:
        """Whether the active tool changes the mask."""
        return self.active in (ToolKind.BRUSH, ToolKind.ERASER)

    @property
    def handles_measurements(self) -> bool:
        """Whether the left button may grab a measurement: not while it paints."""
        return self.active is ToolKind.BROWSE or self.active in MEASURING_TOOLS

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Work on another document; a gesture under way on the old one is taken back."""
        self.cancel()
        self._document = document

    def resize(self, steps: int) -> None:
        """Make the brush larger or smaller by 20 % per step."""
        self.radius_mm = self.radius_mm * RADIUS_STEP**steps

    def press(self, event: PointerEvent) -> bool:
        """Begin a paint gesture; False if the active tool does not paint or may not."""
        document = self._document
        if document is None or not self.paints or self.is_painting:
            return False
        problem = self._problem(document)
        if problem is not None:
            self.refused.emit(*problem)
            return False
        self._kind = self.active
        self._tool = Brush(document.volume.geometry, self.radius_mm, self.is_ball)
        self._paint(self._tool.press(event))
        return True

    def move(self, event: PointerEvent) -> None:
        """Continue the gesture."""
        if self._tool is not None:
            self._paint(self._tool.move(event))

    def release(self, event: PointerEvent) -> None:
        """End the gesture: one undo step."""
        tool = self._tool
        if tool is None or self._document is None:
            return
        self._paint(tool.release(event))
        self._tool = None
        self._document.end_gesture(self._gesture_name(self._document), self._kind.value)

    def cancel(self) -> bool:
        """Take back the gesture under way; False if there is none."""
        if self._tool is None:
            return False
        self._tool = None
        if self._document is not None:
            self._document.abort_gesture()
        return True

    def _problem(self, document: SegmentationDocument) -> tuple[str, str] | None:
        if not document.can_edit:
            return ("The prediction is not part of the mask yet.", "Accept it (Enter) or reject it (Esc) first.")
        row = document.segments.row(document.segments.active_label)
        if self.active is ToolKind.BRUSH and row is not None and row.is_locked:
            return (f"{row.segment.name} is locked.", "Unlock it in the segments panel, or choose another segment.")
        if self.gate_enabled and not document.volume.is_hu:
            return ("The values of this scan are not Hounsfield units.", "Switch the HU gate off (H) to paint.")
        return None

    def _paint(self, region: Region | None) -> None:
        if region is None or self._document is None:
            return
        active = self._document.segments.active_label
        only_over: frozenset[int] | None = None
        if self.paint_over is PaintOver.BACKGROUND:
            only_over = frozenset({0 if self._kind is ToolKind.BRUSH else active})
        rule = PaintRule(only_over=only_over, hu_range=self.gate_hu if self.gate_enabled else None)
        self._document.paint(region, active if self._kind is ToolKind.BRUSH else 0, rule)

    def _gesture_name(self, document: SegmentationDocument) -> str:
        if self._kind is ToolKind.ERASER:
            return "Eraser"
        return f"Brush – {document.segments.name(document.segments.active_label)}"
