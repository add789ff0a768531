"""Check, accept, export and import the mask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow

from ctviewer.domain.pseudonym import Dates
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.dialogs.check_mask import CheckMaskDialog
from ctviewer.gui.dialogs.deidentify_study import DeidentifyDialog
from ctviewer.session.reading_session import ReadingSession

if TYPE_CHECKING:
    from ctviewer.services.importing import FoundMask


class ExchangeCommands(QObject):
    """What the file menu does with the mask.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._workspace = session.workspace
        self._dialog: QDialog | None = None
        session.importing.found.connect(self._ask_what_it_becomes)
        session.workspace.document_changed.connect(lambda _: self._close_dialog())

    def check_mask(self) -> None:
        """Show what looks wrong with the mask."""
        self._open(CheckMaskDialog(self._session.checking, self._window))

    def accept_case(self) -> None:
        """Show what looks wrong, ask which slices count, then accept the mask for training."""
        document = self._workspace.document
        if document is None:
            return
        dialog = AcceptCaseDialog(document, self._session.checking, self._window)
        dialog.accepted.connect(lambda: self._session.saving.accept_case(all_slices=dialog.all_slices))
        self._open(dialog)

    def export_mask(self) -> None:
        """Write the mask to a file the user chooses."""
        document = self._workspace.document
        if document is None:
            return
        from ctviewer.services.exporting import FORMATS, STL_SUFFIX, export_refusal

        offered = {f"{n} (*{s})": s for s, n in FORMATS.items() if not export_refusal(s, document.volume)}
        smoothed = self.tr("Smoothed surfaces, one STL file per structure") + f" (*{STL_SUFFIX})"
        offered[smoothed] = STL_SUFFIX
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export the mask"), "mask.nii.gz", ";;".join(offered)
        )
        if name:
            path = Path(name)
            if not any(path.name.lower().endswith(suffix) for suffix in offered.values()):
                path = path.with_name(path.name + offered.get(chosen, ".nii.gz"))
            self._session.saving.export_labels(path, smooth=chosen == smoothed)

    def import_mask(self) -> None:
        """Read a mask another program made."""
        from ctviewer.services.importing import IMPORT_PATTERNS

        masks = self.tr("Masks") + f" ({' '.join(IMPORT_PATTERNS)})"
        anything = self.tr("All files")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import a mask"), "", f"{masks};;{anything} (*)")
        if name:
            self._session.importing.read(Path(name))

    def deidentify_study(self) -> None:
        """Write a copy of the study without identifiers."""
        document = self._workspace.document
        if document is None:
            return
        dialog = DeidentifyDialog(has_mask=document.has_mask and document.preview is None, parent=self._window)
        dialog.accepted.connect(lambda: self._deidentify(dialog.with_mask, dialog.dates))
        self._open(dialog)

    def _deidentify(self, with_mask: bool, dates: Dates) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Folder for the de-identified study"))
        if folder:
            self._session.deidentifying.export(Path(folder), with_mask=with_mask, dates=dates)

    def _ask_what_it_becomes(self, mask: FoundMask) -> None:
        document = self._workspace.document
        if document is None:
            return
        from ctviewer.domain.found_structure import targets
        from ctviewer.gui.dialogs.import_mask import ImportMaskDialog

        known = document.segments.segments
        suggested = targets(mask.structures, known)
        if all(s in known for s, found in zip(suggested, mask.structures, strict=True) if found.region is not None):
            self._session.importing.apply(mask, suggested)  # nothing to ask
            return
        voxel_ml = document.volume.geometry.voxel_volume_ml
        dialog = ImportMaskDialog(mask, suggested, known, voxel_ml, self._window)
        dialog.accepted.connect(lambda: self._session.importing.apply(mask, dialog.targets))
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        """Not modal: the views stay usable, to look at a finding and correct it."""
        self._close_dialog()
        self._dialog = dialog
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.show()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()

    def _forget(self, dialog: QDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None
        dialog.deleteLater()
