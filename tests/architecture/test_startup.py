"""Starting the program loads nothing that takes seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "torchvision", "sklearn", "pandas", "matplotlib")
HEADLESS = [
    "ctviewer.app.cli",
    "ctviewer.app.commands",
    "ctviewer.services.analyzing",
    "ctviewer.services.demo_study",
    "ctviewer.services.exporting",
    "ctviewer.services.retraining",
    "ctviewer.services.segmenting",
    "ctviewer.services.study_loading",
    "ctviewer.store.annotation_store",
    "ctviewer.store.model_registry",
]


def loaded_after(program: str, tmp_path: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('\\nLOADED', *sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "CTVIEWER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_headless_modules_load_neither_torch_nor_qt(tmp_path: Path) -> None:
    loaded = loaded_after("import " + ", ".join(HEADLESS), tmp_path)
    assert loaded & {*HEAVY, "PySide6", "vtk", "vtkmodules", "pyqtgraph"} == set()


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_command_answers_without_loading_the_program(argument: str, tmp_path: Path) -> None:
    program = f"from ctviewer.app.cli import main\ntry:\n    main(['{argument}'])\nexcept SystemExit:\n    pass"
    assert loaded_after(program, tmp_path) & {*HEAVY, "PySide6", "numpy"} == set()


def test_opening_the_window_does_not_load_torch(tmp_path: Path) -> None:
    program = (
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "from ctviewer.app.composition import build_window\n"
        "window = build_window()\n"
        "window.show()\n"
        "application.processEvents()\n"
        "window.close()"
    )
    loaded = loaded_after(program, tmp_path)
    assert "ctviewer.gui.main_window" in loaded
    assert loaded & {*HEAVY, "highdicom", "vtkmodules", "SimpleITK"} == set()
