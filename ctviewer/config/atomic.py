"""Writing a file so that a reader ever sees the old one or the complete new one, never something between.

Some writers report success on a full disk (SimpleITK's NIfTI writer, QSaveFile), so the new file is read back before it
replaces anything.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ctviewer.domain.errors import CTViewerError, NotEnoughSpaceError, StoreError

SPACE_RESERVE_BYTES = 1 * 2**20
"""Room left free beyond what a write needs: file-system metadata, and the journal of the annotation store."""

LEFTOVER_AGE_S = 24 * 3600.0
"""Temporary names older than this belong to no running write: its program was killed."""

_FULL_ERRNOS = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_READ_ONLY_ERRNOS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def atomic_write(
    path: Path,
    writer: Callable[[Path], None],
    verify: Callable[[Path], None] | None = None,
    needed_bytes: int | None = None,
    mode: int | None = None,
) -> None:
    """Write a file through a temporary file in the same folder, or leave everything as it was.

    Order: space check, write, flush to disk, read back, replace, flush the folder. The temporary name keeps the full
    ending of the final name (``.nii.gz``) because some writers choose the format by it.

    Parameters
    ----------
    path
        Final name; its folder must exist. A symbolic link is followed.
    writer
        Called with the temporary path; must create that file.
    verify
        Called with the temporary path after it was flushed; raises if the content is not what was meant.
    needed_bytes
        Expected size, for the space check before anything is written.
    mode
        Permission bits of the new file; default what the writer and the user's umask give.

    Raises
    ------
    NotEnoughSpaceError
        If the disk is full, before or during the write.
    StoreError
        If the folder is missing or read-only, or the writer or the check failed. The old file is intact.
    """
    path = Path(os.path.realpath(path))
    check_free_space(path, needed_bytes)
    temporary = path.with_name(f".{secrets.token_hex(4)}.partial.{path.name}")
    try:
        # Foreign writers have words of their own for a folder that cannot be written.
        temporary.touch()
        temporary.unlink()
        writer(temporary)
        if mode is not None:
            temporary.chmod(mode)
        flush_file(temporary)
        if verify is not None:
            verify(temporary)
        os.replace(temporary, path)  # noqa: PTH105 - tests inject failures at this name
        flush_folder(path.parent)
    except OSError as error:
        raise write_error(path, error, needed_bytes) from error
    except (CTViewerError, ValueError, RuntimeError, EOFError) as error:
        # A silent short write shows up as a failed check; the full disk is the cause worth telling.
        if _is_full(path):
            raise _space_error(path, needed_bytes) from error
        if isinstance(error, CTViewerError):
            raise
        raise StoreError(f"{path.name} could not be written: {error}.", "The previous file is untouched.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def atomic_write_bytes(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write bytes with `atomic_write`, compared byte by byte before they replace the old file."""

    def check(written: Path) -> None:
        if written.read_bytes() != content:
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, lambda temporary: _write_bytes(temporary, content), check, len(content), mode)


def remove_leftovers(folder: Path, pattern: str = ".*.partial.*") -> None:
    """Delete temporary files and folders that a killed program left behind; those of the last day are kept."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime < LEFTOVER_AGE_S:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def check_free_space(path: Path, needed_bytes: int | None) -> None:
    """Raise `NotEnoughSpaceError` if the disk that holds ``path`` has less than ``needed_bytes`` plus a reserve."""
    if needed_bytes is None:
        return
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise write_error(path, error, needed_bytes) from error
    if free < needed_bytes + SPACE_RESERVE_BYTES:
        raise _space_error(path, needed_bytes)


def write_error(path: Path, error: OSError, needed_bytes: int | None = None) -> StoreError:
    """The sentence for an operating-system error met while writing ``path``."""
    if error.errno in _FULL_ERRNOS:
        return _space_error(path, needed_bytes)
    if error.errno in _READ_ONLY_ERRNOS:
        there = next((folder for folder in path.parents if folder.is_dir()), path.parent)
        return StoreError(
            f"{path.name} cannot be written: the folder {there} is read-only.",
            "Choose another folder or ask for the right to write there.",
        )
    if not path.parent.is_dir():
        return StoreError(f"{path.name} cannot be written: the folder {path.parent} does not exist.", "Choose another.")
    reason = error.strerror or str(error)
    return StoreError(f"{path.name} could not be written: {reason}.", "The previous file is untouched.")


def flush_file(path: Path) -> None:
    """Force a file's content to the disk (fsync)."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Force a folder's entries to the disk, so that a rename survives a power cut; does nothing on Windows."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_bytes(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < 64 * 2**10
    except OSError:
        return False


def _space_error(path: Path, needed_bytes: int | None) -> NotEnoughSpaceError:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        free = 0
    # With the reserve: “0.0 MB needed, 0.9 MB free” would be no explanation.
    needed = 0 if needed_bytes is None else needed_bytes + SPACE_RESERVE_BYTES
    return NotEnoughSpaceError(path, needed / 2**20, free / 2**20)
