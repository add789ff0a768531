"""A secret of this installation: what pseudonyms are made with, so that nobody else can trace them back."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ctviewer.config.atomic import write_error
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
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise write_error(path, error) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return _read(path)


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
