"""The files under a folder, and why one cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

MAX_DEPTH = 24

OnSkipped = Callable[[Path, str], None]
"""Told of a folder that is not searched, and why; the reason completes “cannot be read: …”."""


def walk_files(folder: Path, on_skipped: OnSkipped, depth: int = 0) -> Iterator[Path]:
    """Regular files under a folder, sorted by name; links to folders are not followed, so loops cannot happen."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        on_skipped(folder, open_reason(error))
        return
    for entry in listed:
        path = Path(entry.path)
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH:
                    yield from walk_files(path, on_skipped, depth + 1)
                else:
                    on_skipped(path, f"it lies more than {MAX_DEPTH} folders deep")
            elif entry.is_file():
                yield path
            elif entry.is_dir() and not folder.resolve().is_relative_to(path.resolve()):
                on_skipped(path, "it is a link to another folder, and links are not followed")
        except (OSError, RuntimeError) as error:  # links in a circle are a runtime error
            on_skipped(path, open_reason(error) if isinstance(error, OSError) else "its link leads in a circle")


def open_reason(error: OSError) -> str:
    """Why a file cannot be opened, in words."""
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return (error.strerror or str(error)).lower()
