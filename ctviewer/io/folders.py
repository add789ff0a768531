"""The files under a folder, and why one cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

MAX_DEPTH = 24


def walk_files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Regular files under a folder, sorted by name; links to folders are not followed, so loops cannot happen."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in listed:
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH:
                    yield from walk_files(Path(entry.path), depth + 1)
            elif entry.is_file():
                yield Path(entry.path)
        except OSError:
            continue


def open_reason(error: OSError) -> str:
    """Why a file cannot be opened, in words."""
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return (error.strerror or str(error)).lower()
