"""Routes the left button to the active tool, and what the tool made to the document."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.edits.region import Region
from ctviewer.session.proposal import Recipe
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.brush import Brush, PaintTool
from ctviewer.session.tools.outline import (
    Cut,
    Lasso,
    LivewireOutline,
    Outline,
    OutlineTool,
    Polygon,
    Rectangle,
    slice_of,
)
from ctviewer.session.tools.pointer import Modifier, PointerEvent
from ctviewer.session.tools.tool_settings import (
    CLICK_TOOLS,
    OUTLINE_TOOLS,
    PAINTING_TOOLS,
    PaintOver,
    ToolKind,
    ToolSettings,
)


class ToolBox(ToolSettings):
    """Settings of the tools, and the gesture under way.

    Strokes change the mask while the pointer moves. Outlines are drawn first and change it when they are closed.
    Clicks, cuts and everything that takes longer than a frame leave as a `Recipe`.
    """

    refused = Signal(str, str)
    """Sentence and hint why a gesture did not start."""
    requested = Signal(object)
    """A `Recipe` to be computed for the present document."""
    outline_changed = Signal(object)
    """The `Outline` being drawn, or None."""
    box_drawn = Signal(object)
    """Plane and two opposite corners (fractional indices) of the box inside which a prediction is to be accepted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: SegmentationDocument | None = None
        self._stroke: PaintTool | None = None
        self._line: OutlineTool | None = None
        self._kind = ToolKind.BRUSH
        self._erases = False
        self.active_changed.connect(self._on_tool_changed)

    def choose(self, kind: ToolKind) -> None:
        """Make a tool the active one; also said if it was: a second press of its key must leave its button checked."""
        self.active = kind
        self.active_changed.emit(kind)

    @property
    def is_painting(self) -> bool:
        """Whether a gesture is under way that follows the pointer."""
        return self._stroke is not None or self._line is not None

    @property
    def is_drawing(self) -> bool:
        """Whether an outline waits for its next point."""
        return self._line is not None

    @property
    def outline(self) -> Outline | None:
        """Line being drawn."""
        line = self._line
        if line is None:
            return None
        return Outline(
            line.plane, line.slice_index, tuple(line.points), tuple(line.rubber), line.is_closed, tuple(line.marks)
        )

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Work on another document; a gesture under way on the old one is taken back."""
        self.cancel()
        self._document = document

    # -- pointer -------------------------------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> bool:
        """Begin a gesture or go on with an outline; False if the active tool does nothing here."""
        document = self._document
        if document is None or not self.paints or self._stroke is not None:
            return False
        if self._line is not None:
            return self._continue_line(self._line, event)
        problem = self._problem(document, event)
        if problem is not None:
            self.refused.emit(*problem)
            return False
        self._kind = self.active
        takes_away = self._kind is ToolKind.ERASER or (self._kind in OUTLINE_TOOLS | CLICK_TOOLS and self.subtracts)
        self._erases = takes_away != (Modifier.CONTROL in event.modifiers)
        self._adapt_gate(document, event)
        if self._kind in CLICK_TOOLS:
            return self._click(document, event)
        if self._kind in (ToolKind.BRUSH, ToolKind.ERASER):
            self._stroke = Brush(document.volume.geometry, self.radius_mm, is_ball=self.is_ball)
            self._paint(self._stroke.press(event))
        else:
            self._line = self._new_line(document, event)
            self._continue_line(self._line, event)
        return True

    def move(self, event: PointerEvent) -> None:
        """Continue the gesture; also called without a button while an outline is drawn."""
        if self._stroke is not None:
            self._paint(self._stroke.move(event))
        elif self._line is not None and self._is_on_line(self._line, event):
            self._line.move(event)
            self.outline_changed.emit(self.outline)

    def release(self, event: PointerEvent) -> None:
        """End a stroke, or a line drawn with the button held: one undo step."""
        if self._stroke is not None and self._document is not None:
            self._paint(self._stroke.release(event))
            self._stroke = None
            self._document.end_gesture(self._gesture_name(self._document), self._kind.value)
        elif self._line is not None and self._line.release(event):
            self._finish_line(self._line)

    def finish(self) -> bool:
        """Close the outline where it is; False if none is being drawn."""
        line = self._line
        if line is None:
            return False
        line.close()
        self._finish_line(line)
        return True

    def step_back(self) -> bool:
        """Take the last point of the outline back; False if none is being drawn."""
        if self._line is None:
            return False
        if not self._line.step_back():
            self._line = None
        self.outline_changed.emit(self.outline)
        return True

    def cancel(self) -> bool:
        """Take back the gesture under way; False if there is none."""
        if not self.is_painting:
            return False
        was_stroke, self._stroke, self._line = self._stroke is not None, None, None
        if was_stroke and self._document is not None:
            self._document.abort_gesture()
        self.outline_changed.emit(None)
        return True

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _new_line(self, document: SegmentationDocument, event: PointerEvent) -> OutlineTool:
        geometry = document.volume.geometry
        match self._kind:
            case ToolKind.POLYGON:
                return Polygon(event, geometry)
            case ToolKind.LIVEWIRE:
                return LivewireOutline(event, geometry, document.volume.hu)
            case ToolKind.LASSO:
                return Lasso(event, geometry)
            case ToolKind.BOX:
                return Rectangle(event, geometry)
        return Cut(event, geometry)

    def _continue_line(self, line: OutlineTool, event: PointerEvent) -> bool:
        if not self._is_on_line(line, event):
            self.refused.emit("The outline was begun on another slice.", "Close it there (Enter) or drop it (Esc).")
            return False
        if line.press(event):
            self._finish_line(line)
        else:
            self.outline_changed.emit(self.outline)
        return True

    def _is_on_line(self, line: OutlineTool, event: PointerEvent) -> bool:
        return event.plane is line.plane and slice_of(event) == line.slice_index

    def _finish_line(self, line: OutlineTool) -> None:
        self._line = None
        self.outline_changed.emit(None)
        document = self._document
        if document is None or len(line.points) < 2:
            return
        if self._kind is ToolKind.BOX:
            self.box_drawn.emit((line.plane, line.points[0], line.points[2]))
        elif self._kind is ToolKind.SCISSORS:
            from ctviewer.session.tools.click_recipes import cut_recipe

            self.requested.emit(cut_recipe(document, self, line.plane, line.points, self.requested.emit))
        else:
            from ctviewer.domain.edits.shapes import polygon

            shape = document.volume.geometry.shape
            self._paint(polygon(shape, line.plane, line.slice_index, np.array(line.points)))
            document.end_gesture(self._gesture_name(document), self._kind.value)

    # -- clicks --------------------------------------------------------------------------------------------------------

    def _click(self, document: SegmentationDocument, event: PointerEvent) -> bool:
        # Imported when first used: scipy would double the time to start.
        from ctviewer.session.tools import click_recipes

        voxel = click_recipes.voxel_at(event.index_kji, document.volume.geometry.shape)
        if voxel is None:
            return False
        click = click_recipes.Click(event.plane, voxel, self._erases)
        recipe: Recipe | None
        match self._kind:
            case ToolKind.FILL:
                recipe = click_recipes.fill_recipe(document, self, click)
            case ToolKind.GROW:
                recipe = click_recipes.grow_recipe(document, self, click, self.requested.emit)
            case _:
                recipe = click_recipes.island_recipe(document, self, click)
        if recipe is None:
            self.refused.emit("There is no segment under the pointer.", "Click on the part that is meant.")
            return False
        self.requested.emit(recipe)
        return True

    # -- inside --------------------------------------------------------------------------------------------------------

    def _on_tool_changed(self, _: object) -> None:
        if self._line is not None:
            self.cancel()

    def _problem(self, document: SegmentationDocument, event: PointerEvent) -> tuple[str, str] | None:
        if self.active is ToolKind.BOX:
            return None if document.preview is not None else (
                "There is no prediction to accept inside a box.", "Segment the scan (S) first."
            )  # fmt: skip
        if document.read_only_reason:
            return (document.read_only_reason, "This window is read-only.")
        may_replace = self.active in (ToolKind.GROW, ToolKind.FILL, ToolKind.SCISSORS)
        if document.preview is not None:
            return ("The prediction is not part of the mask yet.", "Accept it (Enter) or reject it (Esc) first.")
        if document.proposal is not None and not may_replace:
            return ("The proposed change is not part of the mask yet.", "Accept it (Enter) or reject it (Esc) first.")
        row = document.segments.row(document.segments.active_label)
        inverts = Modifier.CONTROL in event.modifiers
        erases_any = (self.active is ToolKind.ERASER) != (inverts and self.active in (ToolKind.BRUSH, ToolKind.ERASER))
        if row is not None and row.is_locked and not erases_any and self.active is not ToolKind.ISLAND:
            return (f"{row.segment.name} is locked.", "Unlock it in the segments panel, or choose another segment.")
        if self.gate_enabled and not document.volume.is_hu:
            return ("The values of this scan are not Hounsfield units.", "Switch the HU gate off (H) to paint.")
        return None

    def _adapt_gate(self, document: SegmentationDocument, event: PointerEvent) -> None:
        if self.gate_enabled and self.gate_adaptive and self.active in PAINTING_TOOLS:
            from ctviewer.domain.edits.hu_range import adaptive_range

            self.gate_hu = adaptive_range(document.volume.hu, document.volume.geometry, event.index_kji)

    def _paint(self, region: Region | None) -> None:
        if region is None or self._document is None:
            return
        active = self._document.segments.active_label
        if not self._erases:
            self._document.paint(region, active, self.paint_rule())
            return
        # A brush rubs out whatever it meets; what is taken from a segment by an outline is taken from that one only.
        is_rubber = self._stroke is not None and self.paint_over is not PaintOver.BACKGROUND
        self._document.paint(region, 0, self.erase_rule(None if is_rubber else active))

    def _gesture_name(self, document: SegmentationDocument) -> str:
        name = document.segments.name(document.segments.active_label)
        if self._kind in (ToolKind.BRUSH, ToolKind.ERASER):
            return "Eraser" if self._erases else f"Brush – {name}"
        tool = self._kind.value.capitalize()
        return f"{tool}, subtract – {name}" if self._erases else f"{tool} – {name}"
