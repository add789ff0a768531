"""Opens the window."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from ctviewer.app.display import HEADLESS_HINT, display_problem
from ctviewer.config import paths
from ctviewer.config.preferences import load_preferences
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.jobs.job import Lane
from ctviewer.jobs.runner import JobRunner

logger = logging.getLogger(__name__)

BAD_INPUT = 2
WARM_UP_MS = 1500
"""Time after the window appeared at which the readers are loaded in the background."""


def open_window(path: Path | None = None, *, demo: bool = False) -> int:
    """Run the program with a window until it is closed.

    Parameters
    ----------
    path
        File or folder to open at once.
    demo
        Open the synthetic demo study at once.

    Returns
    -------
    int
        Exit code; 2 where no window can be opened (one sentence on stderr).
    """
    problem = display_problem()
    if problem:
        sys.stderr.write(f"ctviewer: {problem} {HEADLESS_HINT}\n")
        return BAD_INPUT
    # Qt ends the process where it finds no display, so nothing of it is touched before.
    from PySide6.QtWidgets import QApplication

    from ctviewer.app.composition import PREFERENCES_FILE, build_window
    from ctviewer.app.crash_handler import CrashHandler
    from ctviewer.app.logging_setup import set_up_logging
    from ctviewer.gui.theme import apply_theme
    from ctviewer.gui.translation import install_language, language_of
    from ctviewer.jobs.garbage import GuiThreadCollector

    set_up_logging(paths.logs_dir())
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError("Another kind of Qt application is running in this process.")
    application.setApplicationName("ctviewer")
    application.setApplicationDisplayName("ctviewer")
    preferences = load_preferences(paths.data_dir() / PREFERENCES_FILE).preferences
    apply_theme(application, preferences.text_scale)
    install_language(application, language_of(preferences.language))
    window = build_window()
    crash_handler = CrashHandler(window.session.workspace.messages.warn, window)
    crash_handler.install()
    window.show()
    logger.info("window shown")
    if path is not None:
        QTimer.singleShot(0, lambda: window.session.workspace.opening.open_path(path.absolute()))
    elif demo:
        QTimer.singleShot(0, window.session.workspace.opening.open_demo)
    QTimer.singleShot(WARM_UP_MS, lambda: _warm_up(window.session.runner))
    collector = GuiThreadCollector()
    collector.start()
    code = application.exec()
    collector.stop()
    crash_handler.uninstall()
    return code


def _warm_up(runner: JobRunner) -> None:
    """Load what the first study will need while the user is still choosing it."""

    def load(_progress: ProgressCallback, _cancel: CancelToken) -> None:
        from ctviewer.domain.edits import segment_operations
        from ctviewer.services import study_loading

        logger.debug("%s is loaded", segment_operations.__name__)
        study_loading.warm_up()

    runner.submit(load, Lane.IO)
