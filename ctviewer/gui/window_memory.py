"""Size, place and arrangement of the window, remembered from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow

from ctviewer.gui.widgets.section import SectionColumn


class WindowMemory:
    """File with the arrangement of one window.

    Parameters
    ----------
    path
        The file; None remembers nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.folded: tuple[str, ...] = ()
        """Names of the sections that were folded, also of those that are added later."""

    def restore(self, window: QMainWindow, inspector: SectionColumn) -> None:
        """Arrange the window as it was left; a first start leaves it as it is."""
        if self._path is None or not self._path.exists():
            return
        settings = self._settings(self._path)
        for name, restore in (("geometry", window.restoreGeometry), ("state", window.restoreState)):
            value = settings.value(name)
            if value is not None:
                restore(value)
        folded = settings.value("folded") or []
        self.folded = (folded,) if isinstance(folded, str) else tuple(folded)
        inspector.folded = list(self.folded)

    def keep(self, window: QMainWindow, inspector: SectionColumn) -> None:
        """Remember the present arrangement."""
        if self._path is None:
            return
        settings = self._settings(self._path)
        settings.setValue("geometry", window.saveGeometry())
        settings.setValue("state", window.saveState())
        settings.setValue("folded", inspector.folded)

    @staticmethod
    def _settings(path: Path) -> QSettings:
        return QSettings(str(path), QSettings.Format.IniFormat)
