"""The hand that draws measurements and drags their handles: pointer events in, a finished measurement out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.measurement import Measurement, MeasurementRole
from ctviewer.session.tools.measuring import Grip, Placing, measurement_under
from ctviewer.session.tools.pointer import PointerEvent
from ctviewer.session.tools.tool_settings import MEASURING_TOOLS, ToolKind
from ctviewer.session.tools.toolbox import ToolBox

if TYPE_CHECKING:
    from ctviewer.session.measuring_session import MeasuringSession


class MeasuringHand(QObject):
    """What is being drawn or dragged at this moment.

    Parameters
    ----------
    session
        Has the measurements, and keeps what comes out.
    toolbox
        Says what the left button draws.
    """

    draft_changed = Signal()
    """The unfinished measurement, or the one being dragged."""

    def __init__(self, session: MeasuringSession, toolbox: ToolBox) -> None:
        super().__init__(session)
        self._session = session
        self._toolbox = toolbox
        self._role = MeasurementRole.NONE
        self._placing: Placing | None = None
        self._grip: Grip | None = None
        toolbox.active_changed.connect(self._on_tool_changed)

    @property
    def placing(self) -> Placing | None:
        """The measurement being drawn."""
        return self._placing

    @property
    def dragged(self) -> Measurement | None:
        """The measurement being dragged, as it is at this moment."""
        return None if self._grip is None else self._grip.current

    def draw_as(self, role: MeasurementRole, tool: ToolKind) -> None:
        """Use a tool for one measurement that is evidence of something, then go back to browsing."""
        if self._session.may_measure():
            self._session.visible = True
            self._toolbox.active = tool
            self._role = role

    def press(self, event: PointerEvent, slice_index: int) -> bool:
        """Grab what is under the pointer, or place a point; False if the press is not about a measurement."""
        geometry = self._session.geometry
        if geometry is None or self._grip is not None:
            return False
        if self._placing is None and self._toolbox.handles_measurements and self._grab(event, slice_index, geometry):
            return True
        kind = MEASURING_TOOLS.get(self._toolbox.active)
        if kind is None:
            return False
        if self._placing is None or not self._placing.belongs_to(event, slice_index):
            if not event.is_inside or not self._session.may_measure():
                return True
            self._session.select(None)
            self._placing = Placing(kind, event.plane, slice_index, geometry)
        self._placing.press(event)
        self._finish_if_complete()
        return True

    def move(self, event: PointerEvent, slice_index: int) -> None:
        """Carry the point or the handle along."""
        if self._grip is not None:
            # Scrolling during a drag must not pull points off their slice.
            if event.plane is self._grip.measurement.plane and slice_index == self._grip.slice_index:
                self._grip.move(event)
                self.draft_changed.emit()
        elif self._placing is not None and self._placing.belongs_to(event, slice_index):
            self._placing.move(event)
            self.draft_changed.emit()

    def release(self, event: PointerEvent, slice_index: int) -> None:
        """Let go: a dragged measurement is kept, a dragged line is complete."""
        if self._grip is not None:
            grip, self._grip = self._grip, None
            if grip.current != grip.measurement:
                self._session.keep(grip.current)
        elif self._placing is not None and self._placing.belongs_to(event, slice_index):
            self._placing.release(event)
            self._finish_if_complete()

    def close_polygon(self) -> bool:
        """End the polygon being drawn; False if none is, or it has too few corners."""
        if self._placing is None or not self._placing.close():
            return False
        self._finish_if_complete()
        return True

    def cancel(self) -> bool:
        """Drop what is being drawn or dragged; False if there is nothing."""
        if self._placing is None and self._grip is None:
            return False
        self._placing = self._grip = None
        self.draft_changed.emit()
        return True

    def let_go(self) -> None:
        """Drag no longer: what was dragged is being removed."""
        self._grip = None

    def under(self, event: PointerEvent, slice_index: int) -> tuple[Measurement, int | None] | None:
        """Measurement under the pointer, with the number of the handle if it is on one."""
        geometry = self._session.geometry
        if geometry is None:
            return None
        selected = self._session.selected
        shown = [m for m, _ in self._session.near(event.plane, slice_index)]
        shown.sort(key=lambda m: m is not selected)  # where two overlap, the selected one is meant
        return measurement_under(event, shown, geometry)

    def _grab(self, event: PointerEvent, slice_index: int, geometry: VolumeGeometry) -> bool:
        found = self.under(event, slice_index)
        if found is None:
            if self._toolbox.active is ToolKind.BROWSE:
                self._session.select(None)
            return False
        measurement, handle = found
        self._session.select(measurement.measurement_id)
        self._grip = Grip(measurement, handle, event, slice_index, geometry)
        return True

    def _finish_if_complete(self) -> None:
        placing = self._placing
        points = placing.finished if placing is not None else None
        if placing is not None and points is not None:
            self._placing = None
            role, self._role = self._role, MeasurementRole.NONE
            self._session.add(placing.kind, placing.plane, points, role)
            if role is not MeasurementRole.NONE:
                self._toolbox.active = ToolKind.BROWSE
        self.draft_changed.emit()

    def _on_tool_changed(self, _: ToolKind) -> None:
        self._placing = None
        self._role = MeasurementRole.NONE
        self.draft_changed.emit()
