"""One writer per store: a lock of the operating system, with the owner's name beside it.

The kernel drops the lock when its holder dies, however it dies, so a lock left behind by a crash opens by itself.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ctviewer.config.atomic import write_error
from ctviewer.domain.errors import StoreError

_LOCKED_BYTE = 2**30
"""On Windows a byte range is locked; far beyond the text, so that others can still read the owner's name."""

_HELD_ERRNOS = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})


@dataclass(frozen=True, slots=True)
class LockOwner:
    """Who holds a store."""

    name: str
    host: str
    pid: int
    since: str

    @property
    def sentence(self) -> str:
        """Why the store is read-only, for the user."""
        here = " on this computer" if self.host == socket.gethostname() else f" on {self.host}"
        return f"The annotations are being edited by {self.name}{here} (process {self.pid}, since {self.since})."


def this_owner(name: str) -> LockOwner:
    """The holder that this process would be from now on."""
    since = datetime.now(UTC).isoformat(timespec="milliseconds")
    return LockOwner(name, socket.gethostname(), os.getpid(), since)


UNKNOWN_OWNER = LockOwner("another user", socket.gethostname(), 0, "?")


class OwnerLock:
    """An exclusive lock beside a store file, held until `release` or the end of the process.

    Parameters
    ----------
    path
        Lock file; created with mode 0600 and never deleted (deleting a lock file is a race).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, owner: LockOwner) -> LockOwner | None:
        """Take the lock.

        Returns
        -------
        LockOwner or None
            None if it is ours now, else who holds it.

        Raises
        ------
        StoreError
            If the lock file cannot be created.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise write_error(self._path, error) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno not in _HELD_ERRNOS:
                raise StoreError(
                    f"The folder {self._path.parent} does not support locks ({error.strerror}).",
                    "Keep the annotations on a local disk.",
                ) from error
            return self._read() or UNKNOWN_OWNER
        self._descriptor = descriptor
        self._write(owner)
        # A forked child must not keep the lock alive after its parent.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._close)
        return None

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            # Closing alone leaves the lock to a child that was forked a moment ago and has not let go of it yet.
            _unlock(self._descriptor)
        self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _write(self, owner: LockOwner) -> None:
        if self._descriptor is None:
            return
        # The name is a courtesy: the lock holds without it, even on a full disk.
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, json.dumps(asdict(owner)).encode())

    def _read(self) -> LockOwner | None:
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
            return LockOwner(str(values["name"]), str(values["host"]), int(values["pid"]), str(values["since"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
