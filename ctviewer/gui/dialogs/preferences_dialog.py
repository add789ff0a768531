"""Language, text size, name, device, memory, data folder, and the keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ctviewer.config.preferences import DEVICES, LANGUAGES, TEXT_SCALES, Preferences
from ctviewer.gui import theme
from ctviewer.gui.dialogs.shortcut_editor import ShortcutEditor
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.gui.widgets.spin_text import indent_text
from ctviewer.session.settings import Settings

LANGUAGE_NAMES = {"system": QT_TRANSLATE_NOOP("Preferences", "As the system"), "en": "English", "ru": "Русский"}
DEVICE_NAMES = {
    "auto": QT_TRANSLATE_NOOP("Preferences", "Automatic"),
    "cpu": QT_TRANSLATE_NOOP("Preferences", "Processor"),
    "cuda": QT_TRANSLATE_NOOP("Preferences", "NVIDIA graphics card (CUDA)"),
    "mps": QT_TRANSLATE_NOOP("Preferences", "Apple graphics (MPS)"),
}
RAM_STEP_MB = 512


class PreferencesDialog(QDialog):
    """Shows the preferences; OK changes them.

    Parameters
    ----------
    settings
        What is changed.
    data_folder
        Where annotations and models lie; shown, not changed here.
    login_name
        Name used where the user gives none.
    """

    def __init__(
        self, settings: Settings, data_folder: Path | None, login_name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        present = settings.preferences
        self.setWindowTitle(self.tr("Preferences"))
        self.language = _choice(LANGUAGE_NAMES, LANGUAGES, present.language)
        self.device = _choice(DEVICE_NAMES, DEVICES, present.device)
        self.text_size = QSpinBox()
        self.text_size.setRange(round(100 * TEXT_SCALES[0]), round(100 * TEXT_SCALES[1]))
        self.text_size.setSingleStep(5)
        self.text_size.setSuffix(" %")
        self.text_size.setValue(round(100 * present.text_scale))
        self.author = QLineEdit(present.author)
        self.author.setPlaceholderText(login_name)
        self.author.setMaxLength(200)
        self.ram = QSpinBox()
        self.ram.setRange(256, 1 << 22)
        self.ram.setSingleStep(RAM_STEP_MB)
        self.ram.setSuffix(self.tr(" MB"))
        self.ram.setValue(present.ram_cap_mb)
        for spin in (self.text_size, self.ram):
            spin.setFixedWidth(theme.scaled(120))
            indent_text(spin)
        self.keys = ShortcutEditor(present.shortcuts)
        self._data_folder = data_folder
        self._build()

    @property
    def chosen(self) -> Preferences:
        """Preferences as the dialog shows them."""
        return replace(
            self._settings.preferences,
            language=str(self.language.currentData()),
            text_scale=self.text_size.value() / 100,
            author=self.author.text().strip(),
            device=str(self.device.currentData()),
            ram_cap_mb=self.ram.value(),
            shortcuts=self.keys.shortcuts,
        )

    def accept(self) -> None:
        """Let the preferences hold."""
        self._settings.change(self.chosen)
        super().accept()

    def _build(self) -> None:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        tabs.addTab(self._general_page(), self.tr("General"))
        tabs.addTab(self.keys, self.tr("Keys"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 2, theme.GAP * 2, theme.GAP * 2, theme.GAP * 2)
        column.setSpacing(theme.GAP * 2)
        column.addWidget(tabs, 1)
        column.addWidget(buttons)
        self.resize(theme.scaled(680), theme.scaled(560))

    def _general_page(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(theme.GAP, theme.GAP * 2, theme.GAP, theme.GAP)
        form.setHorizontalSpacing(theme.GAP * 2)
        form.setVerticalSpacing(theme.GAP + 4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows: tuple[tuple[str, QWidget, str], ...] = (
            (self.tr("Language"), self.language, ""),
            (self.tr("Text size"), self.text_size,
             self.tr("Language and text size change at the next start of the program.")),
            (self.tr("Your name"), self.author, self.tr("Written into every correction and revision.")),
            (self.tr("Models run on"), self.device, ""),
            (self.tr("Memory for training"), self.ram, self.tr("A training run never takes more than this.")),
        )  # fmt: skip
        for text, field, note in rows:
            form.addRow(text, field)
            field.setAccessibleName(text)
            if note:
                form.addRow("", _note(note))
        if self._data_folder is not None:
            form.addRow(self.tr("Data folder"), self._folder_row(self._data_folder))
        return page

    def _folder_row(self, folder: Path) -> QWidget:
        widget = QWidget()
        path = QLineEdit(str(folder))
        path.setReadOnly(True)
        path.setAccessibleName(self.tr("Data folder"))
        path.setCursorPosition(0)
        show = QPushButton(self.tr("Show"))
        show.setAccessibleName(self.tr("Show the data folder"))
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(path, 1)
        row.addWidget(show)
        return widget


def _choice(names: dict[str, str], values: tuple[str, ...], present: str) -> QComboBox:
    box = QComboBox()
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for value in values:
        box.addItem(QCoreApplication.translate("Preferences", names[value]), value)
    box.setCurrentIndex(max(box.findData(present), 0))
    return box


def _note(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "faint")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
