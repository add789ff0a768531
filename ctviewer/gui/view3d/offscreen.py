"""Finds a way to draw with OpenGL without a window, without risking the program.

Drivers that do not work end the process that tries them, so a child process tries first.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from ctviewer.gui.translation import QT_TRANSLATE_NOOP

TRY_S = 60.0
CANDIDATES = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else ("vtkRenderWindow",)
"""Render windows of VTK, best first. On Linux not the X11 one: its connection is not for other threads."""

NO_OPENGL = QT_TRANSLATE_NOOP(
    "View3d", "This computer offers no OpenGL to draw surfaces with; everything else works without it."
)

_TRIAL = """
import sys
from ctviewer.gui.view3d.offscreen import draws
sys.exit(0 if draws(sys.argv[1]) else 3)
"""


def working_window() -> str:
    """Name of a render window that can draw here; empty if none can."""
    return next((name for name in CANDIDATES if _survives(name)), "")


def make_window(name: str) -> Any:
    """An off-screen render window."""
    from vtkmodules import vtkRenderingOpenGL2
    from vtkmodules.vtkCommonCore import vtkObject
    from vtkmodules.vtkRenderingCore import vtkRenderWindow

    vtkObject.GlobalWarningDisplayOff()  # VTK would open a window of its own for its messages
    window: Any = vtkRenderWindow() if name == "vtkRenderWindow" else getattr(vtkRenderingOpenGL2, name)()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)  # ten times as slow where the processor draws
    return window


def draws(name: str) -> bool:
    """Whether a render window really draws; may end the process."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
    from vtkmodules.vtkRenderingCore import vtkRenderer

    try:
        window = make_window(name)
    except AttributeError:
        return False
    renderer = vtkRenderer()
    renderer.SetBackground(1.0, 0.0, 0.0)
    window.SetSize(8, 8)
    window.AddRenderer(renderer)
    window.Render()
    pixels = vtkUnsignedCharArray()
    window.GetRGBACharPixelData(0, 0, 7, 7, 0, pixels)
    return bool((vtk_to_numpy(pixels).reshape(-1, 4)[:, :2] == (255, 0)).all())


def _survives(name: str) -> bool:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRIAL, name], capture_output=True, timeout=TRY_S, check=False
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
