"""Finds out whether a window can be opened, before Qt ends the process because it cannot."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

HEADLESS_HINT = "Without a window use: ctviewer analyze PATH --out DIR"
X_LIBRARIES = ("libxcb-cursor.so.0", "libxkbcommon-x11.so.0", "libEGL.so.1")
"""What Qt's X11 plugin needs and small systems leave out."""
CONNECT_S = 2.0


def display_problem(environment: Mapping[str, str] | None = None) -> str:
    """Why no window can be opened, as a sentence; empty if nothing speaks against it.

    Parameters
    ----------
    environment
        Default: of this process.
    """
    environment = os.environ if environment is None else environment
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return ""
    if platform != "xcb" and _wayland_answers(environment):
        return ""
    display = environment.get("DISPLAY", "")
    if not display:
        return "There is no display to open a window on."
    if not _x_answers(display):
        return f"The display {display} does not answer."
    missing = [name for name in X_LIBRARIES if not _loads(name)]
    if missing:
        return f"The system lacks {', '.join(missing)}, which the window needs."
    return ""


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name, folder = environment.get("WAYLAND_DISPLAY", ""), environment.get("XDG_RUNTIME_DIR", "")
    return bool(name) and (Path(folder) / name).exists()


def _x_answers(display: str) -> bool:
    match = re.fullmatch(r"(?:(?:unix)?|([^:]*)):(\d+)(?:\.\d+)?", display)
    if match is None:
        return Path(display).exists()  # a socket path, as on macOS
    host, number = match.group(1), match.group(2)
    if host:
        addresses: list[tuple[int, str | tuple[str, int]]] = [(socket.AF_INET, (host, 6000 + int(number)))]
    else:
        path = f"/tmp/.X11-unix/X{number}"  # the place X servers use
        addresses = [(socket.AF_UNIX, path), (socket.AF_UNIX, "\0" + path)]
    return any(_connects(family, address) for family, address in addresses)


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONNECT_S)
            connection.connect(address)
            return True
    except OSError:
        return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
