"""The log file: JSON lines without names, paths or values of patients."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

LOG_FILE = "ctviewer.log"
MAXIMUM_BYTES = 2 * 2**20
KEPT_FILES = 5

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'")
_PATH = re.compile(r"(?:[A-Za-z]:\\|\\\\|~?/)[^\s:;,)\]]+(?:[ ][^\s:;,)\]/\\]+[/\\][^\s:;,)\]]+)*")
_UID = re.compile(r"\b\d+(?:\.\d+){4,}\b")
_DICOM_NAME = re.compile(r"\b[^\s^]+(?:\^[^\s^]*)+")

Error = tuple[type[BaseException], BaseException, TracebackType | None]


def redacted(text: str) -> str:
    """Text without what could name a patient: quoted words, paths, UIDs and DICOM person names.

    File names and series descriptions often hold patient names, and messages quote them.
    """
    for pattern, word in ((_QUOTED, "<text>"), (_PATH, "<path>"), (_UID, "<uid>"), (_DICOM_NAME, "<name>")):
        text = pattern.sub(word, text)
    return text


def error_lines(error: BaseException) -> list[str]:
    """Where an error came from: type, redacted message, and file, line and function of each frame; no values."""
    lines = [f"{type(error).__name__}: {redacted(str(error))}"]
    frames = traceback.extract_tb(error.__traceback__)
    lines += [f"{_module_path(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    if error.__cause__ is not None:
        lines += ["caused by", *error_lines(error.__cause__)]
    return lines


class JsonFormatter(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = error_lines(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(folder: Path, level: int = logging.INFO) -> Path:
    """Write the program's log into a folder.

    Parameters
    ----------
    folder
        Must exist.
    level
        Lowest level that is written.

    Returns
    -------
    Path
        The log file.
    """
    path = folder / LOG_FILE
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    handler = RotatingFileHandler(path, maxBytes=MAXIMUM_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)  # libraries below that write file names
    logging.getLogger("ctviewer").setLevel(level)
    return path


def _module_path(filename: str) -> str:
    """Path inside the program or a library; the folder it is installed in names the user."""
    for root in sorted(sys.path, key=len, reverse=True):
        if root and filename.startswith(root):
            return filename[len(root) :].lstrip("/\\")
    return Path(filename).name
