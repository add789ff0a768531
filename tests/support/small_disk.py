"""A real file system of a few megabytes, to fill it up or make it read-only."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 4) -> Iterator[Path]:
    """Mount a tmpfs of that size on ``folder``; skips the test where mounting is not allowed."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small file system needs root")
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave_kb: int = 0) -> Path:
    """Fill the file system that holds ``folder``; returns the file that fills it."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        remaining = max(0, free - leave_kb * 1024)
        while remaining > 0:
            remaining -= file.write(b"\1" * min(remaining, 65536))
            file.flush()
    return ballast


def set_read_only(folder: Path, *, read_only: bool) -> None:
    """Remount a `small_disk` read-only, as a write-protected stick would be (root ignores permission bits)."""
    option = "ro" if read_only else "rw"
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)
