"""Headers of the files that were indexed last, so that loading does not read them a second time."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path

from ctviewer.io.dicom_instance import Instance

MOST = 4096
"""Headers kept, some kilobytes each; more slices than any series one person looks at."""

_Identity = tuple[int, int, int, int]


class HeaderCache:
    """What files said when they were read, as long as they have not changed since; used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, tuple[_Identity, Instance]] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: another study is being opened."""
        with self._lock:
            self._kept.clear()

    def remember(self, status: os.stat_result, instance: Instance) -> None:
        """Keep a header.

        Parameters
        ----------
        status
            Of the open file the header was read from.
        """
        with self._lock:
            self._kept[instance.path] = (_identity(status), instance)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def recall(self, path: Path) -> Instance | None:
        """The header of a file that is still the same; None if it is not known.

        Raises
        ------
        OSError
            If the file is gone.
        """
        with self._lock:
            found = self._kept.get(path)
        if found is None or found[0] != _identity(path.stat()):
            return None
        return found[1]


def _identity(status: os.stat_result) -> _Identity:
    return (status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)


headers = HeaderCache()
"""The cache of this program."""
