"""Starting, logging and failing: the parts around the window."""

import json
import logging
import os
import subprocess
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from ctviewer.app.crash_handler import MOST_SHOWN, CrashHandler
from ctviewer.app.display import display_problem
from ctviewer.app.logging_setup import redacted, set_up_logging
from ctviewer.domain.errors import UnreadableSeriesError
from tests.gui.conftest import show

pytestmark = pytest.mark.gui
ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "torch",
    "torchvision",
    "vtkmodules",
    "vtk",
    "pyqtgraph",
    "pydicom",
    "SimpleITK",
    "scipy",
    "skimage",
    "qtawesome",
}


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no display"),
        ({"QT_QPA_PLATFORM": "xcb"}, "no display"),
        ({"DISPLAY": ":4711"}, ":4711 does not answer"),
        ({"DISPLAY": "127.0.0.1:4711"}, "does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nowhere"}, "no display"),
        ({"QT_QPA_PLATFORM": "offscreen"}, ""),
    ],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_display_problem(environment, words):
    problem = display_problem(environment)
    assert words in problem
    assert bool(problem) == bool(words)


def run_python(program, tmp_path, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**clean, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": str(tmp_path), **environment},
        capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_one_sentence_and_exit_code_2(tmp_path):
    done = run_python("import sys; from ctviewer.app.main import open_window; sys.exit(open_window())", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "ctviewer analyze" in done.stderr


def test_the_window_starts_without_loading_anything_heavy(tmp_path):
    program = """
import sys
from PySide6.QtCore import QTimer
from ctviewer.app import main
from PySide6.QtWidgets import QApplication
application = QApplication([])
def leave():
    print("LOADED", *sys.modules)
    for window in application.topLevelWidgets():
        window.close()
    application.quit()
main.QTimer.singleShot(0, leave)
main.WARM_UP_MS = 3_600_000
sys.exit(main.open_window())
"""
    done = run_python(program, tmp_path, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "ctviewer.gui.main_window" in loaded
    assert loaded & HEAVY == set()
    assert (tmp_path / "window.ini").exists()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Series “MUELLER CT” cannot be opened: no positions.", "MUELLER"),
        ("/home/anna/Mueller_Hans/IM0001 cannot be read", "Mueller"),
        (r"C:\Users\anna\Mueller\x.dcm is damaged", "Mueller"),
        ("patient MUELLER^HANS^^ was opened", "MUELLER"),
        ("uid 1.2.840.113619.2.55.3.1 twice", "113619"),
        ("could not open 'Mueller.nii.gz'", "Mueller"),
    ],
)
def test_log_texts_are_redacted(text, secret):
    assert secret in text
    assert secret not in redacted(text)


@pytest.fixture
def log_file(tmp_path):
    root, level = logging.getLogger(), logging.getLogger().level
    path = set_up_logging(tmp_path)
    yield path
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_log_has_the_place_of_an_error_but_no_values(log_file):
    try:
        raise UnreadableSeriesError("MUELLER", "bad") from ValueError("/data/MUELLER/x")
    except UnreadableSeriesError:
        logging.getLogger("ctviewer.test").exception("opening %s", "/data/MUELLER")
    text = log_file.read_text(encoding="utf-8")
    assert "MUELLER" not in text
    entry = json.loads(text.splitlines()[-1])
    assert entry["error"][0].startswith("UnreadableSeriesError")
    assert any("test_app.py" in line for line in entry["error"])
    assert any("ValueError" in line for line in entry["error"])


def test_crash_handler_logs_and_tells_a_few_times(qtbot, log_file):
    told = []
    handler = CrashHandler(lambda *words: told.append(words))
    error = RuntimeError("secret “MUELLER”")
    for _ in range(MOST_SHOWN + 5):
        handler.handle(RuntimeError, error, None)
    qtbot.waitUntil(lambda: len(told) == MOST_SHOWN)
    qtbot.wait(20)
    assert len(told) == MOST_SHOWN
    assert "RuntimeError" in told[0][0]
    lines = log_file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == MOST_SHOWN + 5
    assert "MUELLER" not in "".join(lines)


def test_crash_handler_hears_other_threads(qtbot, log_file):
    told = []
    handler = CrashHandler(lambda *words: told.append(words))
    before = threading.excepthook
    handler.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(told))
    finally:
        handler.uninstall()
        threading.excepthook = before
    assert "ZeroDivisionError" in told[0][0]


def test_window_shows_a_fault_as_a_sentence_and_goes_on(qtbot, make_window):
    window = make_window()
    show(window)
    handler = CrashHandler(window.session.workspace.messages.warn, window)
    handler.handle(KeyError, KeyError("x"), None)
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages))
    assert "KeyError" in window.pages.messages.messages[-1].text
    assert window.session.workspace.document is not None


def test_window_arrangement_is_remembered(make_window, tmp_path):
    file = tmp_path / "window.ini"
    first = make_window(layout_file=file)
    first.resize(1100, 720)
    first.sides.inspector.folded = ["ToolsPanel"]
    first.close()
    second = make_window(layout_file=file)
    assert second.sides.inspector.folded == ["ToolsPanel"]
    assert not second.sides.tools.isVisible()
    second.sides.inspector.folded = []
    second.close()
    assert file.exists()
    third = make_window(layout_file=tmp_path / "other.ini")
    assert third.isVisible()
