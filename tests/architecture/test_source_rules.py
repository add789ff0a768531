"""Rules about the source that no linter checks."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAXIMUM_FILE_LINES = 350
MAXIMUM_FUNCTION_LINES = 60
PRODUCT = sorted(p for folder in ("ctviewer", "training") for p in (ROOT / folder).rglob("*.py"))


def wrong_qt_imports(source: str) -> list[str]:
    """Qt modules other than QtCore that a source imports, directly or through a wrapper."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            plain = node.module == "PySide6"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if plain else [node.module]
        found += [n for n in names if _is_qt(n) and not (n == "PySide6.QtCore" or n.startswith("PySide6.QtCore."))]
    return found


def _is_qt(name: str) -> bool:
    return name.split(".")[0] in {"PySide6", "PyQt6", "PyQt5", "qtpy", "shiboken6"} or name.startswith("pyqtgraph.Qt")


@pytest.mark.parametrize("layer", ["session", "jobs"])
def test_session_and_jobs_use_qtcore_only(layer: str) -> None:
    files = sorted((ROOT / "ctviewer" / layer).rglob("*.py"))
    assert files
    assert {p.name: found for p in files if (found := wrong_qt_imports(p.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from PySide6.QtWidgets import QWidget",
        "from PySide6 import QtCore, QtGui",
        "import PySide6.QtGui",
        "def f():\n    from PySide6.QtGui import QColor",
        "from pyqtgraph.Qt import QtWidgets",
    ],
)
def test_the_qtcore_rule_goes_red(source: str) -> None:
    assert wrong_qt_imports(source)
    assert not wrong_qt_imports("from PySide6.QtCore import QObject, Signal\nfrom PySide6 import QtCore")


def code_lines(source: str) -> set[int]:
    """Numbers of lines that hold code (no blank lines, comments or docstrings)."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and number of code lines of every function."""
    lines = code_lines(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, sum(node.lineno <= n <= (node.end_lineno or 0) for n in lines)


def test_files_and_functions_stay_small() -> None:
    too_long = []
    for path in PRODUCT:
        source = path.read_text(encoding="utf-8")
        where = path.relative_to(ROOT)
        count = source.count("\n")
        if count > MAXIMUM_FILE_LINES:
            too_long.append(f"{where}: {count} lines")
        too_long += [f"{where}: {name} has {n} lines" for name, n in functions(source) if n > MAXIMUM_FUNCTION_LINES]
    assert too_long == []


def test_docstrings_and_comments_do_not_count() -> None:
    source = 'def f():\n    """Doc.\n\n    More.\n    """\n    # why\n\n    return (\n        1\n    )\n'
    assert list(functions(source)) == [("f", 4)]


def test_packaging_and_resources_are_no_packages() -> None:
    """An importable `packaging` would shadow the library of that name, which scikit-image needs."""
    for name in ("packaging", "resources"):
        assert (ROOT / name).is_dir()
        assert list((ROOT / name).rglob("__init__.py")) == []


def test_file_names_say_what_is_in_them() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [p for p in PRODUCT if vague & set(p.stem.split("_"))] == []
