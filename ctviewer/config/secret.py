"""A secret of this installation: what pseudonyms are made with, so that nobody else can trace them back."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from ctviewer.config.atomic import flush_folder, write_error
from ctviewer.domain.errors import StoreError

SECRET_BYTES = 32


def installation_secret(path: Path) -> bytes:
    """The secret in a file; made on the first call (mode 0600).

    The same secret gives the same pseudonyms again, so that exports of one patient on different days belong together.

    Raises
    ------
    StoreError
        If it cannot be written, or is damaged: new pseudonyms would silently differ from earlier ones.
    """
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Put a complete secret in place, or nothing; one that another program made meanwhile stays."""
    temporary = path.with_name(f".{secrets.token_hex(4)}.partial.{path.name}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        _name(temporary, path)
        flush_folder(path.parent)
    except OSError as error:
        raise write_error(path, error, SECRET_BYTES) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _name(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # unlike a rename, refuses a name that is taken
    except FileExistsError:
        return
    except OSError:  # not every file system has second names
        temporary.rename(path)


def _read(path: Path) -> bytes:
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror or error}.", "Check its permissions.") from error
    if len(secret) != SECRET_BYTES:
        raise StoreError(
            f"{path} is damaged: it holds {len(secret)} bytes instead of {SECRET_BYTES}.",
            "Restore it from a backup; without it earlier pseudonyms cannot be made again.",
        )
    return secret
