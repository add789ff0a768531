"""How much of a prediction is accepted: where, which structures, and what becomes of what a person drew."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from ctviewer.gui import theme
from ctviewer.gui.sentences import said
from ctviewer.session.preview_outcome import Scope
from ctviewer.session.preview_review import PreviewReview
from ctviewer.session.segmentation_document import SegmentationDocument


class PredictionChoices(QWidget):
    """Bound to a `PreviewReview`; keeps nothing of its own.

    Parameters
    ----------
    review
        What is chosen, and what that would do.
    box
        Chooses the tool that draws a box.
    """

    resized = Signal()
    """It needs more or less room."""

    def __init__(self, review: PreviewReview, box: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._box = box
        self._document: SegmentationDocument | None = None
        self.scope = QComboBox()
        self.scope.addItem(self.tr("everywhere"), Scope.EVERYWHERE)
        self.scope.addItem(self.tr("only slices not reviewed yet"), Scope.UNREVIEWED)
        self.scope.addItem(self.tr("only inside a box"), Scope.BOX)
        self.scope.setAccessibleName(self.tr("Where the prediction is accepted"))
        self.scope.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.scope.currentIndexChanged.connect(self._choose_scope)
        self.structures = QPushButton(self.tr("Structures"))
        self.structures.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = QMenu(self.structures)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.structures.setMenu(self._menu)
        self.replaces = QCheckBox()
        self.replaces.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.replaces.toggled.connect(lambda on: review.choose(replaces_human=on))
        self.human = QLabel()
        self.human.setStyleSheet(f"color: {theme.WARNING};")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(QLabel(self.tr("Accept")))
        row.addWidget(self.scope)
        row.addWidget(self.structures)
        row.addWidget(self.human)
        row.addWidget(self.replaces)
        row.addStretch(1)
        review.changed.connect(self._show)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Follow another document."""
        self._document = document

    def _show(self) -> None:
        document = self._document
        if document is None or document.preview is None:
            return
        choice, outcome = self._review.choice, self._review.outcome
        with QSignalBlocker(self.scope):
            self.scope.setCurrentIndex(self.scope.findData(choice.scope))
        taken = len(self._review.structures) - len(choice.rejected & set(self._review.structures))
        self.structures.setText(self.tr("Structures {}/{}").format(taken, len(self._review.structures)))
        if outcome is not None:
            count = outcome.n_human
            volume_ml = count * document.volume.geometry.voxel_volume_ml
            self.human.setVisible(count > 0)
            self.replaces.setVisible(count > 0)
            numbers = f"{count:,}".replace(",", " ")
            if choice.replaces_human:
                self.human.setText(self.tr("Changes {} voxels drawn by hand ({:.1f} ml).").format(numbers, volume_ml))
            else:
                self.human.setText(self.tr("Leaves {} voxels drawn by hand ({:.1f} ml).").format(numbers, volume_ml))
            self.replaces.setText(self.tr("Replace them"))
        with QSignalBlocker(self.replaces):
            self.replaces.setChecked(choice.replaces_human)
        self.resized.emit()

    def _choose_scope(self, _: int) -> None:
        scope = Scope(self.scope.currentData())
        self._review.choose(scope=scope)
        if scope is Scope.BOX and self._review.choice.box is None:
            self._box.trigger()

    def _fill_menu(self) -> None:
        self._menu.clear()
        document = self._document
        if document is None:
            return
        for label in self._review.structures:
            action = self._menu.addAction(said(document.segments.name(label)))
            action.setCheckable(True)
            action.setChecked(label not in self._review.choice.rejected)
            action.triggered.connect(lambda _=False, label=label: self._review.toggle_structure(label))
