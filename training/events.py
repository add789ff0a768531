"""What a run says while it works: JSON lines on standard output and in ``events.jsonl``."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import sys
from pathlib import Path
from typing import IO, Any

from ctviewer.config.atomic import write_error

EVENTS_NAME = "events.jsonl"
METRICS_NAME = "metrics.csv"


class EventWriter:
    """Writes every event to both places at once, flushed, so that a killed run has said all it knew.

    Parameters
    ----------
    run_dir
        Folder of the run.
    echo
        Whether the lines also go to standard output.
    muted
        Write nothing at all (the other processes of a team).
    """

    def __init__(self, run_dir: Path, *, echo: bool = True, muted: bool = False) -> None:
        path = Path(os.devnull) if muted else run_dir / EVENTS_NAME
        self._file = path.open("a", encoding="utf-8")
        self._metrics_path = run_dir / METRICS_NAME
        self._stream: IO[str] | None = sys.stdout if echo and not muted else None

    def emit(self, event: str, **values: Any) -> None:
        """Write one event; numbers that are not finite become null.

        A full disk does not silence the run: the line is kept and tried again with the next one.
        """
        line = json.dumps({"event": event, **finite(values)}, ensure_ascii=False) + "\n"
        with contextlib.suppress(OSError):
            self._file.write(line)
            self._file.flush()
        if self._stream is None:
            return
        try:
            self._stream.write(line)
            self._stream.flush()
        except BrokenPipeError:  # the window is gone; the file keeps the record
            self._stream = None

    def metrics(self, row: dict[str, Any]) -> None:
        """Add a row to ``metrics.csv``; the first row decides the columns."""
        line = ",".join(_cell(value) for value in row.values()) + "\n"
        with self._metrics_path.open("ab", buffering=0) as file:
            size = file.tell()
            content = (line if size else ",".join(row) + "\n" + line).encode()
            try:
                if file.write(content) < len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as error:
                file.truncate(size)  # half a row would be read as a whole one
                raise write_error(self._metrics_path, error, len(content)) from error

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            self._file.close()


def finite(value: Any) -> Any:
    """The value with null for numbers that are not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
