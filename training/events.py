"""What a run says while it works: JSON lines on standard output and in ``events.jsonl``."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import IO, Any

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
        """Write one event; numbers that are not finite become null."""
        line = json.dumps({"event": event, **_finite(values)}, ensure_ascii=False) + "\n"
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
        is_new = not self._metrics_path.exists()
        with self._metrics_path.open("a", encoding="utf-8") as file:
            if is_new:
                file.write(",".join(row) + "\n")
            file.write(",".join(_cell(value) for value in row.values()) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
