"""What a model version says about itself: its card, as it lies in the version's folder."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from ctviewer.domain.model_version import ModelVersion
from ctviewer.gui import theme
from ctviewer.gui.sentences import said
from ctviewer.gui.translation import translated


class ModelCard(QDialog):
    """Non-modal page with the card and the facts of the manifest.

    Parameters
    ----------
    version
        Which model.
    """

    def __init__(self, version: ModelVersion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("{} – model card").format(said(version.manifest.name)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 680)
        text = QTextBrowser()
        text.setAccessibleName(self.windowTitle())
        text.setOpenLinks(False)  # nothing leaves this computer
        text.setMarkdown(card_text(version))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 2, theme.GAP * 2, theme.GAP * 2, theme.GAP * 2)
        column.addWidget(text)
        column.addWidget(buttons)


def card_text(version: ModelVersion) -> str:
    """Markdown: the card if there is one, then the facts of the manifest."""
    manifest = version.manifest
    try:
        card = version.card_path.read_text(encoding="utf-8")
    except OSError:
        card = f"# {said(manifest.name)}\n\n" + translated("ModelCard", "This version came without a card.")
    facts = [
        (translated("ModelCard", "Version"), version.ref),
        (translated("ModelCard", "Network"), manifest.architecture),
        (translated("ModelCard", "Made"), manifest.created_at),
        (translated("ModelCard", "Parent"), manifest.parent or translated("ModelCard", "none")),
        (translated("ModelCard", "Weights SHA-256"), f"`{manifest.weights_sha256}`"),
    ]
    return card + "\n\n---\n\n" + "\n".join(f"- **{name}**: {value}" for name, value in facts) + "\n"
