"""Takes pictures of the real window on the synthetic demo study.

    xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python packaging/screenshots.py [FOLDER]
    xvfb-run -a -s "-screen 0 3840x2160x24" .venv/bin/python packaging/screenshots.py --all FOLDER

The first makes the pictures of the README. The second makes every layout, panel and dialog, in both languages, at
1366×768, 1600×1000 and at 3840×2160 with and without twofold scaling: to be looked at, not to be committed.

Works on a data folder of its own, so nothing of the user's is touched or shown. Pictures that need a model are left out
where none is installed, and the script says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "packaging" / "screenshots"
WAIT_S = 600.0
SIZES = ((1366, 768, 1), (1600, 1000, 1), (1920, 1080, 2), (3840, 2160, 1))
"""Width, height and scale of the window."""
LANGUAGES = ("en", "ru")
DIALOGS = (
    "cheat_sheet", "preferences", "accept_case", "check_mask", "report", "retrain", "model_card", "new_segment",
    "save_screenshot", "deidentify_study", "about", "rename_segment",
)  # fmt: skip
"""Actions that open a dialog; those this version does not have are passed over."""
DIALOG_MS = 2500
"""Until a dialog has begun to gather what it shows."""


def main(arguments: list[str]) -> int:
    """Write the pictures and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="ctviewer-screenshots-") as data_dir:
        os.environ["CTVIEWER_DATA_DIR"] = data_dir
        if arguments[:1] == ["--one"]:
            folder, language, width, height = arguments[1], arguments[2], int(arguments[3]), int(arguments[4])
            os.environ["CTVIEWER_DATA_DIR"] = arguments[5]
            return Photographer(Path(folder), language, width, height).run_all()
        if arguments[:1] == ["--all"]:
            return everything(Path(arguments[1]), data_dir)
        return Photographer(Path(arguments[0]) if arguments else FOLDER, "en", 1440, 900).run()


def everything(folder: Path, data_dir: str) -> int:
    """One process per language and size, on one data folder: the mask made in the first is there in the others."""
    for width, height, scale in SIZES:
        for language in LANGUAGES:
            target = folder / f"{width * scale}x{height * scale}-{language}"
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, __file__, "--one", str(target), language, str(width), str(height), data_dir]
            done = subprocess.run(command, env=environment, check=False)
            if done.returncode != 0:
                return done.returncode
    return 0


class Photographer:
    """Drives the window from state to state and grabs it."""

    def __init__(self, folder: Path, language: str, width: int, height: int) -> None:
        from PySide6.QtWidgets import QApplication

        from ctviewer.app.composition import PREFERENCES_FILE, build_window
        from ctviewer.config import paths
        from ctviewer.config.preferences import Preferences, save_preferences
        from ctviewer.gui.theme import apply_theme
        from ctviewer.gui.translation import install_language

        self.app = QApplication.instance() or QApplication(sys.argv[:1])
        save_preferences(paths.data_dir() / PREFERENCES_FILE, Preferences(language=language))  # for the report too
        apply_theme(self.app)
        install_language(self.app, language)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.window = build_window()
        self.window.resize(width, height)
        self.window.show()
        self.workspace = self.window.session.workspace

    def run(self) -> int:
        """The pictures of the README."""
        self.workspace.opening.open_demo()
        self.wait(lambda: self.workspace.document is not None, "the demo study")
        self.window.pages.messages.hide()
        self.go_to(0.60)
        analysis = self.window.session.analysis
        if self.has("segmentation"):
            self.press_preset("Lung")
            analysis.segment()
            self.wait(lambda: self.workspace.document.preview is not None, "the segmentation")
            analysis.accept_preview()
            self.wait(lambda: self.workspace.document.preview is None, "accepting")
            self.settle(1.0)
            self.wait(lambda: bool(self.window.session.meter.statistics), "the volumes")
            self.wait(self.is_idle, "the checks")
            self.window.pages.messages.clear()
            self.grab("segmented")
        if self.has("classification"):
            analysis.classify()
            self.wait(lambda: analysis.classification is not None, "the classification")
            self.press_preset("Mediastinum")
            self.settle(1.0)
            self.grab("pulmonary-hypertension")
        self.window.close()
        return 0

    def run_all(self) -> int:
        """Every state, layout and dialog."""
        self.grab("01-empty")
        self.workspace.opening.open_demo()
        self.wait(lambda: self.workspace.document is not None, "the demo study")
        document, analysis = self.workspace.document, self.window.session.analysis
        self.grab("02-opened")
        self.window.pages.messages.clear()
        self.go_to(0.60)
        self.press_preset("Lung")
        if not document.has_mask and self.has("segmentation"):
            analysis.segment()
            self.settle(3.0)
            self.grab("03-segmenting")
            self.wait(lambda: document.preview is not None, "the segmentation")
            self.grab("04-preview")
            analysis.accept_preview()
            self.wait(lambda: document.preview is None, "accepting")
            self.settle(2.0)
        self.window.pages.messages.clear()
        from ctviewer.gui.slices.view_area import Layout, Pane

        for layout in Layout:
            self.window.views.view_layout = layout
            if layout is Layout.SURFACES:
                pane = self.window.views.pane(Pane.SURFACES)
                self.wait(lambda pane=pane: pane.canvas.has_picture or "OpenGL" in pane.canvas.words, "the surfaces")
            self.settle(1.0)
            self.grab(f"05-layout-{layout.value.replace(' ', '-')}")
        self.window.views.view_layout = Layout.AXIAL
        self._panels()
        if self.has("classification"):
            analysis.classify()
            self.wait(lambda: analysis.classification is not None, "the classification")
            self.press_preset("Mediastinum")
            self.settle(1.0)
            self.grab("08-pulmonary-hypertension")
        for action_id in DIALOGS:
            self.grab_dialog(action_id)
        self.window.actions_by_id["study_list"].trigger()
        self.settle(1.0)
        table = self.window.pages.study_list.table
        table.setCurrentIndex(self.window.pages.study_list.model.index(0, 0))
        self.grab("10-study-list")
        self.window.close()
        return 0

    def _panels(self) -> None:
        """Tools with their options, menus, messages."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QMenu

        from ctviewer.gui.action_table import ACTIONS

        for spec in ACTIONS:
            action = self.window.actions_by_id[spec.id]
            if spec.id.startswith(("tool_", "measure_")) and action.isEnabled():
                action.trigger()
                self.grab(f"06-{spec.id}")
        self.window.actions_by_id["tool_browse"].trigger()
        for number, action in enumerate(self.window.menuBar().actions()):
            menu = action.menu()
            if isinstance(menu, QMenu):
                QTimer.singleShot(300, lambda menu=menu, n=number: (self.grab(f"07-menu-{n}", menu), menu.close()))
                menu.exec()
        menu = self.window.sides.segments.rows[1].menu
        menu.popup(self.window.rect().center())
        self.grab("07-menu-segment", menu)
        menu.close()
        messages = self.workspace.messages
        messages.warn("The prediction is not part of the mask yet.", "Accept it (Enter) or reject it (Esc) first.", "x")
        messages.info("The revision is saved.")
        self.grab("07-messages")
        self.window.pages.messages.clear()

    def grab_dialog(self, action_id: str) -> None:
        """Open the dialog of an action, grab its pages, and close it."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QDialog, QTabWidget

        grabbed = []

        def grab() -> None:
            self.wait(self.is_idle, "what the dialog shows")  # a report draws its key images first
            for dialog in self.app.topLevelWidgets():
                if not isinstance(dialog, QDialog) or not dialog.isVisible():
                    continue
                tabs = dialog.findChild(QTabWidget)
                for number in range(tabs.count() if tabs is not None else 1):
                    if tabs is not None:
                        tabs.setCurrentIndex(number)
                    self.grab(f"09-{action_id}" + (f"-{number}" if tabs is not None else ""), dialog)
                dialog.close()
            grabbed.append(action_id)

        try:
            action = self.window.actions_by_id[action_id]
        except KeyError:
            return
        if action.isEnabled():
            QTimer.singleShot(DIALOG_MS, grab)
            action.trigger()
            self.wait(lambda: bool(grabbed), "the dialog")
            self.settle(0.5)

    def is_idle(self) -> bool:
        """Whether nothing that has a name is under way."""
        return not any(job.title for job in self.window.session.runner.active)

    def has(self, kind: str) -> bool:
        """Whether a model of a kind is installed."""
        installed = bool(self.window.session.models.registry.versions(kind))
        if not installed:
            print(f"left out: no {kind} model is installed")
        return installed

    def go_to(self, share: float) -> None:
        """Show the axial slice at a share of the height."""
        slices, rows, columns = self.workspace.document.volume.hu.shape
        self.workspace.position.index_kji = (round(share * (slices - 1)), 0.47 * rows, 0.42 * columns)

    def press_preset(self, name: str) -> None:
        """Choose a display window."""
        from ctviewer.domain.windowing import PRESETS

        self.workspace.display.window = next(w for w in PRESETS if w.name == name)

    def grab(self, name: str, widget: object = None) -> None:
        """Write what the window, or another widget, shows now."""
        self.settle(0.4)
        path = self.folder / f"{name}.png"
        if not (widget or self.window).grab().save(str(path)):
            raise SystemExit(f"{path} could not be written.")
        print(path)

    def settle(self, seconds: float) -> None:
        """Let the event loop run."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.01)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Let the event loop run until a condition holds."""
        end = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"Waited {WAIT_S:.0f} s for {what}.")
            self.settle(0.05)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main(sys.argv[1:]))
