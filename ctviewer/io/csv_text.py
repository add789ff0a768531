"""Tables as CSV that spreadsheets open without harm: UTF-8, decimal point, no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes

Value = str | int | float | None
"""What a cell may hold."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters of texts that spreadsheets run (OWASP, CSV injection)."""
OPERATORS = frozenset("=+-*/^&|!@()<>'\"")
"""What makes more than a number with a unit out of a text that begins with a number."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a header line; None is an empty cell, and numbers read back exactly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The same for a file: with a byte order mark, spreadsheets read accents and Cyrillic letters right."""
    return csv_text(columns, rows).encode("utf-8-sig")


def write_csv(path: Path, rows: Sequence[Mapping[str, Value]]) -> None:
    """Write rows with the same columns for programs: UTF-8 without a byte order mark, whole or not at all.

    Raises
    ------
    StoreError
        If it cannot be written; an older file is untouched.
    """
    columns = list(rows[0]) if rows else []
    atomic_write_bytes(path, csv_text(columns, ([row[name] for name in columns] for row in rows)).encode("utf-8"))


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    if not text.startswith(FORMULA_STARTS):
        return text
    return text if text[0] == "-" and _is_quantity(text) else f"'{text}"


def _is_quantity(text: str) -> bool:
    """Whether a text is numbers, perhaps with units: "-850 HU", "-1.0 2.0; -3.0 4.0", but not "-1 +cmd|…"."""
    first, *others = text.replace(";", " ").split()
    return _is_number(first) and all(_is_number(part) or OPERATORS.isdisjoint(part) for part in others)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
