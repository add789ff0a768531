"""Takes the pictures of the README from the real window on the synthetic demo study.

    xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python packaging/screenshots.py [FOLDER]

Works on a data folder of its own, so nothing of the user's is touched or shown. Pictures that need a model are left out
where none is installed, and the script says so.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "packaging" / "screenshots"
WAIT_S = 600.0


def main(folder: Path) -> int:
    """Write the pictures and return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ctviewer-screenshots-") as data_dir:
        os.environ["CTVIEWER_DATA_DIR"] = data_dir
        return Photographer(folder).run()


class Photographer:
    """Drives the window from state to state and grabs it."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from ctviewer.app.composition import build_window
        from ctviewer.gui.theme import apply_theme

        self.app = QApplication.instance() or QApplication(sys.argv[:1])
        apply_theme(self.app)
        self.folder = folder
        self.window = build_window()
        self.window.resize(1440, 900)
        self.window.show()
        self.workspace = self.window.session.workspace

    def run(self) -> int:
        """All pictures in order."""
        self.workspace.open_demo()
        self.wait(lambda: self.workspace.document is not None, "the demo study")
        self.window.messages.hide()
        self.go_to(0.60)
        self.press_preset("Lung")
        self.grab("reading")
        self.press_preset("Mediastinum")
        self.grab("mediastinum")
        analysis = self.window.session.analysis
        if self.has("segmentation"):
            self.press_preset("Lung")
            analysis.segment()
            self.wait(lambda: self.workspace.document.preview is not None, "the segmentation")
            self.grab("prediction")
            analysis.accept_preview()
            self.wait(lambda: self.workspace.document.preview is None, "accepting")
            self.settle(2.0)
            self.grab("segmented")
        if self.has("classification"):
            analysis.classify()
            self.wait(lambda: analysis.classification is not None, "the classification")
            self.press_preset("Mediastinum")
            self.settle(1.0)
            self.grab("pulmonary-hypertension")
        self.window.close()
        return 0

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

    def grab(self, name: str) -> None:
        """Write what the window shows now."""
        self.settle(0.5)
        path = self.folder / f"{name}.png"
        if not self.window.grab().save(str(path)):
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
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
