"""Measurements as a table for spreadsheets (CSV, UTF-8, decimal point)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes

Value = str | int | float | None


def write_csv(path: Path, rows: Sequence[Mapping[str, Value]]) -> None:
    """Write rows with the same columns; the file is read back and compared before it replaces another.

    Numbers are written so that they read back exactly; None is an empty cell.

    Raises
    ------
    StoreError
        If it cannot be written; an older file is untouched.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    atomic_write_bytes(path, text.getvalue().encode("utf-8"))


def _cell(value: Value) -> Value:
    # A spreadsheet runs a text that begins like a formula.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
