"""Operations on a segment, and the list of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMainWindow

from ctviewer.gui.dialogs.new_segment import NewSegmentDialog
from ctviewer.gui.slices.view_area import ViewArea
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segment_editing import SegmentEditing

if TYPE_CHECKING:
    from ctviewer.session.mask_operations import MaskOperations


class SegmentCommands(QObject):
    """What the segment menu does.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    views
        The focused one says which slices are copied.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession, views: ViewArea) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = session.workspace
        self._views = views
        self._editing = SegmentEditing(session.workspace, self)
        self._made: MaskOperations | None = None

    def keep_largest(self) -> None:
        """Remove all parts of the active segment but the largest."""
        self._operate("KEEP_LARGEST")

    def fill_holes(self) -> None:
        """Fill the holes of the active segment."""
        self._operate("FILL_HOLES")

    def fill_between_slices(self) -> None:
        """Interpolate the active segment between drawn slices."""
        self._operate("FILL_BETWEEN_SLICES")

    def smooth(self) -> None:
        """Smooth the surface of the active segment."""
        self._operate("SMOOTH")

    def smooth_jointly(self) -> None:
        """Smooth all segments without gaps or overlaps between them."""
        self._operate("SMOOTH_JOINTLY")

    def grow_or_shrink(self) -> None:
        """Move the border of the active segment by millimetres."""
        self._operate("MARGIN")

    def combine(self) -> None:
        """Add, subtract or intersect with another segment or an HU range."""
        self._operate("COMBINE")

    def relabel(self) -> None:
        """Give all voxels of the active segment to another one."""
        self._operate("RELABEL")

    def clear_segment(self) -> None:
        """Erase the active segment."""
        self._operate("CLEAR")

    def swap_lungs(self) -> None:
        """Exchange the labels of the lungs."""
        self._operate("SWAP_LUNGS")

    def copy_to_previous(self) -> None:
        """Put this slice's outline on the slice before, and go there."""
        self._copy(-1)

    def copy_to_next(self) -> None:
        """Put this slice's outline on the next slice, and go there."""
        self._copy(1)

    def new_segment(self) -> None:
        """Add a segment with a name, a colour and a code from the list."""
        document = self._workspace.document
        if document is None:
            return
        dialog = NewSegmentDialog([s.color for s in document.segments.segments], self._window)
        if dialog.exec() == NewSegmentDialog.DialogCode.Accepted:
            self._editing.add(dialog.name, dialog.term, dialog.color)
        dialog.deleteLater()

    def rename_segment(self) -> None:
        """Give the active segment another name."""
        document = self._workspace.document
        if document is None:
            return
        label = document.segments.active_label
        if not self._editing.may_change(label, "renamed"):
            return
        name, accepted = QInputDialog.getText(
            self._window, self.tr("Rename segment"), self.tr("Name"), text=document.segments.name(label)
        )
        if accepted:
            self._editing.rename(label, name)

    def delete_segment(self) -> None:
        """Erase the active segment and take it out of the list."""
        document = self._workspace.document
        if document is not None:
            self._editing.delete(document.segments.active_label)

    def _copy(self, steps: int) -> None:
        from ctviewer.domain.edits.segment_operations import Operands, SegmentOperation

        viewport = self._views.focused_view.viewport
        source = viewport.slice_index
        target = viewport.index_after(source, steps)
        if 0 <= target < viewport.slice_count:
            self._operations.run(
                SegmentOperation.COPY_SLICE, Operands(plane=viewport.plane, source=source, target=target)
            )
            viewport.slice_index = target

    def _operate(self, name: str) -> None:
        # Imported when first used: scipy would double the time to start.
        from ctviewer.domain.edits.segment_operations import SegmentOperation

        self._operations.run(SegmentOperation[name])

    @property
    def _operations(self) -> MaskOperations:
        if self._made is None:
            from ctviewer.session.mask_operations import MaskOperations

            self._made = MaskOperations(self._workspace, self)
        return self._made
