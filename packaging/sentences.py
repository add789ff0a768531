"""Finds the sentences of the layers below the window, as templates, for the translation catalogue.

Errors, notes and progress come from layers that know no Qt, so they cannot call ``tr``. Their sentences are literals
and f-strings in the source; an f-string becomes a template with ``{}`` for every value. The window finds the template
a sentence was made from and shows its translation (``ctviewer/config/sentence_templates.py``).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

LAYERS = ("domain", "config", "io", "services", "store", "session", "inference", "jobs", "app", "gui")
WITH_NAMES = ("domain", "services", "session", "inference", "gui")
"""Layers where a single capitalised word is a name somebody reads (“Mediastinum”), not a field of a file."""
SHOWN_OF_APP = ("composition.py", "crash_handler.py")
"""The rest of that layer speaks in the terminal, which is English."""
SHOWN_OF_TRAINING = ("run.py", "run_report.py", "execution.py", "memory.py", "segmentation.py")
"""The rest of that package speaks in the terminal too."""
NOT_SHOWN = (
    "store/schema.py", "store/study_index_schema.py",
    "gui/sentences.py", "config/sentence_templates.py",
    "io/dicom_writer.py", "io/dicom_tags.py", "services/report_html.py",
)  # fmt: skip
"""Terminal output, SQL, DICOM content, and texts that carry both languages themselves."""
PROGRAMMERS = {"ValueError", "TypeError", "KeyError", "RuntimeError", "AttributeError", "IndexError", "AssertionError",
               "NotImplementedError"}  # fmt: skip
TRANSLATED = {"tr", "translate", "QT_TRANSLATE_NOOP", "translated"}
SILENT_CALLS = {
    "setStyleSheet", "setObjectName", "execute", "executemany", "setProperty", "compile", "icon", "import_module",
    "startswith", "endswith", "removeprefix", "removesuffix", "split", "replace", "encode", "getattr",
}  # fmt: skip
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|DROP|FROM|WHERE|ORDER|ALTER|VALUES|ON |AND )\b")
_NAMED = re.compile(r"\{\w+(?:[:!][^{}]*)?\}")
_ONE_WORD = re.compile(r"[A-Z][a-zé]{2,}(…|\.)?")
_WORD = re.compile(r"[A-Za-z]{2,}")


def sentences(package: Path) -> dict[str, str]:
    """Templates of all sentences under a package, with the file each was found in first."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        for path in sorted((package / layer).rglob("*.py")):
            where = path.relative_to(package).as_posix()
            terminal_only = layer == "app" and path.name not in SHOWN_OF_APP
            if where in NOT_SHOWN or "phantom" in path.name or terminal_only:
                continue
            for text in templates_in(path.read_text(encoding="utf-8")):
                if layer in WITH_NAMES or not _ONE_WORD.fullmatch(text):
                    found.setdefault(text, where)
    return found


def run_messages(package: Path) -> dict[str, str]:
    """Templates of what a training run tells the window that watches it, with the file each was found in first."""
    found: dict[str, str] = {}
    for name in SHOWN_OF_TRAINING:
        for text in templates_in((package / name).read_text(encoding="utf-8")):
            found.setdefault(text, name)
    return found


def names_in_models(folder: Path) -> dict[str, str]:
    """Names of the bundled models, of their structures and classes, and what the classes mean."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*/*/manifest.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        structures = [structure.get("name", "") for structure in manifest.get("structures", [])]
        meanings = manifest.get("provenance", {}).get("class_meanings") or []
        for text in (manifest.get("name", ""), *structures, *manifest.get("class_names", []), *meanings):
            found.setdefault(text, path.name)
    return found


def templates_in(source: str) -> Iterator[str]:
    """Templates of one file, in order."""
    tree = ast.parse(source)
    silent = _silent_nodes(tree)
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        text = _template(node)
        if text is not None and is_sentence(text):
            yield _NAMED.sub("{}", text)


def is_sentence(text: str) -> bool:
    """Whether a text could be shown to somebody: words, not a key, a path, SQL or a pattern."""
    words = text.replace("{}", " ")
    if (
        _SQL.match(text)
        or "\nimport " in text
        or not _WORD.search(words)
        or any(mark in text for mark in ("\\d", "(?:", "://", "<td", "px;"))
    ):
        return False
    if _ONE_WORD.fullmatch(text):
        return True
    if re.fullmatch(r"[\w.\-/{}:=%#*+]+", text.strip()):
        return False
    return " " in text.strip() and len(_WORD.findall(words)) >= (1 if "{}" in text else 2)


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _silent_nodes(tree: ast.AST) -> set[int]:
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))  # docstrings
        elif isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
            silent |= {id(inner) for part in node.values if isinstance(part, ast.FormattedValue) and part.format_spec
                       for inner in ast.walk(part.format_spec)}  # fmt: skip
        elif isinstance(node, ast.Raise) and _called(node.exc) in PROGRAMMERS:
            silent |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Call) and (_called(node) in TRANSLATED | SILENT_CALLS or _is_logging(node)):
            silent |= {id(inner) for argument in (*node.args, *node.keywords) for inner in ast.walk(argument)}
        elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Assign) and _is_private_table(node)):
            silent |= {id(inner) for inner in ast.walk(node if isinstance(node, ast.Subscript) else node.value)}
    return silent


def _is_private_table(node: ast.Assign) -> bool:
    """``__all__``, SQL and dunder assignments."""
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    return any(name.startswith("__") or "SQL" in name or name in ("_SELECT", "TABLES") for name in names)


def _is_logging(node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in ("logger", "logging", "qt_logger")
    )


def _called(node: ast.AST | None) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
