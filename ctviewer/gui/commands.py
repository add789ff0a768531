"""What each action of the table does: one method per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow, QMessageBox

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
from ctviewer.gui.dialogs.model_card import ModelCard
from ctviewer.gui.slices.slice_view import ZOOM_PER_NOTCH, SliceView
from ctviewer.gui.slices.view_area import Layout, ViewArea
from ctviewer.gui.widgets.patient_banner import NOT_FOR_DIAGNOSIS
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.tools.toolbox import ToolKind

DialogFactory = Callable[[QMainWindow], QDialog]
PAGE = 10
"""Slices per page key."""


class Commands(QObject):
    """Intentions of the user, turned into calls of the session.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    views
        Where keys act.
    dialogs
        Makers of dialogs that other parts of the program own, by action id.
    """

    def __init__(
        self, window: QMainWindow, session: ReadingSession, views: ViewArea, dialogs: Mapping[str, DialogFactory]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._views = views
        self._dialogs = dialogs
        self._open_dialogs: dict[str, QDialog] = {}
        workspace = session.workspace
        self._workspace = workspace
        self._display = workspace.display
        self._toolbox = workspace.toolbox

    def handler(self, action_id: str) -> Callable[..., object]:
        """The method that does an action.

        Raises
        ------
        AttributeError
            If the table names an action nobody implements.
        """
        prefix, _, number = action_id.rpartition("_")
        if prefix == "window_preset":
            return partial(self.window_preset, int(number))
        method: Callable[..., object] = getattr(self, action_id)
        return method

    # -- file ----------------------------------------------------------------------------------------------------------

    def open_folder(self) -> None:
        """Choose a folder and open what is in it."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder with CT images"))
        if folder:
            self._workspace.open_path(Path(folder))

    def open_file(self) -> None:
        """Choose a file and open it."""
        file, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a CT file"))
        if file:
            self._workspace.open_path(Path(file))

    def open_demo(self) -> None:
        """Open the synthetic study."""
        self._workspace.open_demo()

    def close_document(self) -> None:
        """Close what is shown."""
        self._workspace.close_document()

    def save_revision(self) -> None:
        """Keep the mask as a revision."""
        self._session.saving.save_revision()

    def accept_case(self) -> None:
        """Ask which slices count, then accept the mask for training."""
        document = self._workspace.document
        if document is None:
            return
        dialog = AcceptCaseDialog(document, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._session.saving.accept_case(dialog.all_slices)
        dialog.deleteLater()

    def export_mask(self) -> None:
        """Write the mask to a file the user chooses."""
        document = self._workspace.document
        if document is None:
            return
        from ctviewer.services.exporting import FORMATS, export_refusal

        offered = {s: n for s, n in FORMATS.items() if not export_refusal(s, document.volume)}
        filters = ";;".join(f"{name} (*{suffix})" for suffix, name in offered.items())
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Export the mask"), "mask.nii.gz", filters)
        if name:
            path = Path(name)
            if not any(path.name.lower().endswith(suffix) for suffix in offered):
                suffix = chosen.rpartition("(*")[2].rstrip(")")
                path = path.with_name(path.name + suffix)
            self._session.saving.export_labels(path)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # -- edit ----------------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back the last gesture."""
        if self._workspace.document is not None:
            self._workspace.document.undo()

    def redo(self) -> None:
        """Do it again."""
        if self._workspace.document is not None:
            self._workspace.document.redo()

    def tool_browse(self, _checked: bool = True) -> None:
        """Use the browse tool."""
        self._set_tool(ToolKind.BROWSE)

    def tool_brush(self, _checked: bool = True) -> None:
        """Use the brush."""
        self._set_tool(ToolKind.BRUSH)

    def tool_eraser(self, _checked: bool = True) -> None:
        """Use the eraser."""
        self._set_tool(ToolKind.ERASER)

    def _set_tool(self, kind: ToolKind) -> None:
        # A second press of the same key must leave the button checked, so the signal is sent even without a change.
        self._toolbox.active = kind
        self._toolbox.active_changed.emit(kind)

    def toggle_gate(self, on: bool) -> None:
        """Paint within the HU gate only, or anywhere."""
        self._toolbox.gate_enabled = on

    def toggle_ball(self, on: bool) -> None:
        """Paint a ball, or a disc."""
        self._toolbox.is_ball = on

    def brush_smaller(self) -> None:
        """Smaller brush."""
        self._toolbox.resize(-1)

    def brush_larger(self) -> None:
        """Larger brush."""
        self._toolbox.resize(1)

    def next_segment(self) -> None:
        """Paint the next segment of the list."""
        document = self._workspace.document
        if document is not None:
            labels = [row.segment.label for row in document.segments.rows]
            place = labels.index(document.segments.active_label)
            document.segments.active_label = labels[(place + 1) % len(labels)]

    def cancel(self) -> None:
        """The nearest thing to stop: stroke, preview, running segmentation, tool."""
        document = self._workspace.document
        if self._toolbox.cancel():
            return
        if document is not None and document.preview is not None:
            self._session.analysis.reject_preview()
        elif self._session.analysis.is_segmenting:
            self._session.analysis.cancel_segmenting()
        else:
            self.tool_browse()

    # -- view ----------------------------------------------------------------------------------------------------------

    @property
    def _view(self) -> SliceView:
        return self._views.focused_view

    def slice_previous(self) -> None:
        """One slice back in reading order."""
        self._view.viewport.scroll(-1)

    def slice_next(self) -> None:
        """One slice on."""
        self._view.viewport.scroll(1)

    def slice_back_10(self) -> None:
        """Ten slices back."""
        self._view.viewport.scroll(-PAGE)

    def slice_on_10(self) -> None:
        """Ten slices on."""
        self._view.viewport.scroll(PAGE)

    def slice_first(self) -> None:
        """To the first slice."""
        self._view.viewport.go_to_end(last=False)

    def slice_last(self) -> None:
        """To the last slice."""
        self._view.viewport.go_to_end(last=True)

    def zoom_in(self) -> None:
        """Magnify about the middle."""
        self._view.zoom_about(QPointF(self._view.rect().center()), ZOOM_PER_NOTCH)

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self._view.zoom_about(QPointF(self._view.rect().center()), 1 / ZOOM_PER_NOTCH)

    def reset_view(self) -> None:
        """Whole slice in every view, and the first window preset."""
        for viewport in self._workspace.viewports.values():
            viewport.reset()
        self._display.window = PRESETS[0]

    def layout_axial(self, _checked: bool = True) -> None:
        """Axial view alone."""
        self._set_layout(Layout.AXIAL)

    def layout_planes(self, _checked: bool = True) -> None:
        """Three linked planes."""
        self._set_layout(Layout.THREE_PLANES)

    def _set_layout(self, layout: Layout) -> None:
        self._views.view_layout = layout
        self._views.layout_changed.emit(layout)

    def toggle_overlay(self, on: bool) -> None:
        """Show or hide the masks."""
        self._display.overlay_visible = on

    def toggle_outline(self, on: bool) -> None:
        """Outlines or filled."""
        self._display.overlay_outline = on

    def toggle_smooth(self, on: bool) -> None:
        """Interpolated, or the voxels themselves."""
        self._display.smooth = on

    def toggle_text(self, on: bool) -> None:
        """Text on the image, or only the letters."""
        self._display.text_visible = on

    def window_preset(self, number: int) -> None:
        """Use a window preset, counted from 1."""
        self._display.window = PRESETS[number - 1]

    # -- analysis and help ---------------------------------------------------------------------------------------------

    def segment(self) -> None:
        """Run the segmentation model."""
        self._session.analysis.segment()

    def accept_preview(self) -> None:
        """Make the preview the mask."""
        self._session.analysis.accept_preview()

    def reject_preview(self) -> None:
        """Drop the preview."""
        self._session.analysis.reject_preview()

    def classify(self) -> None:
        """Run the classification model."""
        self._session.analysis.classify()

    def retrain(self) -> None:
        """Open the retraining dialog."""
        self._open_dialog("retrain")

    def model_card(self) -> None:
        """Show the card of the segmentation model in use."""
        version = self._session.models.segmentation
        if version is None:
            self._workspace.messages.warn("No segmentation model is installed.", "Install the program again.")
            return
        ModelCard(version, self._window).show()

    def cheat_sheet(self) -> None:
        """Show all keys."""
        CheatSheet(self._window).show()

    def about(self) -> None:
        """Say what this is."""
        QMessageBox.about(
            self._window,
            self.tr("About ctviewer"),
            self.tr("ctviewer: reads chest CT, segments lungs and trachea, learns from corrections on this computer.")
            + f"\n\n{NOT_FOR_DIAGNOSIS}",
        )

    def _open_dialog(self, action_id: str) -> None:
        factory = self._dialogs.get(action_id)
        if factory is None:
            self._workspace.messages.warn("This part of the program is not installed.")
            return
        dialog = self._open_dialogs.get(action_id)
        if dialog is None:
            try:
                dialog = self._open_dialogs[action_id] = factory(self._window)
            except CTViewerError as error:
                self._workspace.messages.report(error)
                return
            dialog.destroyed.connect(lambda: self._open_dialogs.pop(action_id, None))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
