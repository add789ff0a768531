"""Translates sentences that come from below the window, where nothing knows Qt.

Errors, notes, progress and names are made there from literals and f-strings. ``packaging/translate.py`` collects these
as templates (``“{} cannot be read: {}.”``); here the template a sentence was made from is found again, its translation
looked up in Qt's catalogue, and the values put in, themselves translated where they are words.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLocale

from ctviewer.config import paths
from ctviewer.gui.translation import QT_TRANSLATE_NOOP

CONTEXT = "Sentences"
CATALOGUE = "translations/sentences.json"
LEAST_LETTERS = 5
"""Letters a template with values must have; with fewer it fits too much."""
DEEPEST = 3
"""Values within values: a reason within a refusal within a note."""
UNITS = {
    "mm": QT_TRANSLATE_NOOP("Units", "mm"),
    "cm": QT_TRANSLATE_NOOP("Units", "cm"),
    "ml": QT_TRANSLATE_NOOP("Units", "ml"),
    "mm²": QT_TRANSLATE_NOOP("Units", "mm²"),
    "cm²": QT_TRANSLATE_NOOP("Units", "cm²"),
    "s": QT_TRANSLATE_NOOP("Units", "s"),
    "min": QT_TRANSLATE_NOOP("Units", "min"),
    "h": QT_TRANSLATE_NOOP("Units", "h"),
    "MB": QT_TRANSLATE_NOOP("Units", "MB"),
    "GB": QT_TRANSLATE_NOOP("Units", "GB"),
}
_UNIT = re.compile(r"(?<=\d)(\s?)(mm²|cm²|mm|cm|ml|min|MB|GB|s|h)(?![\w²])")
_BREAK = re.compile(r"(?<=[.!?:])\s+(?=[A-ZА-Я“])|\n+|  +|(?<=\w)  ?·  ?|(?<=\w) – (?=\w)")


def said(text: str) -> str:
    """A sentence of the layers below in the user's language; as it is where nothing translates it."""
    return text if not text or not _is_translating() else _said(text, QLocale().name(), 0)


def forget() -> None:
    """Drop what was looked up, because the language changed."""
    _said.cache_clear()
    _is_translating.cache_clear()


@lru_cache(maxsize=1)
def _is_translating() -> bool:
    return QCoreApplication.translate("Units", "mm") != "mm"


def unit(name: str) -> str:
    """A unit as it is written in the user's language; one that is not in `UNITS` stays as it is."""
    return QCoreApplication.translate("Units", UNITS[name]) if name in UNITS else name


@lru_cache(maxsize=4096)
def _said(text: str, language: str, depth: int) -> str:
    plain = text.strip()
    if not any(character.isalpha() for character in plain):
        return text
    found = _looked_up(text, language, depth)
    if found is not None:
        return _with_units(found)
    inner = _looked_up(plain, language, depth) if plain != text else None
    if inner is None and depth < DEEPEST:
        inner = _by_parts(plain, language, depth)
    return text.replace(plain, _with_units(plain if inner is None else inner))


def _looked_up(text: str, language: str, depth: int) -> str | None:
    exact = QCoreApplication.translate(CONTEXT, text)
    if exact != text:
        return exact
    for template, pattern in _patterns():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        translation = QCoreApplication.translate(CONTEXT, template)
        if translation != template:
            deeper = depth + 1
            values = [_said(v, language, deeper) if v and deeper <= DEEPEST else v for v in match.groups()]
            return _filled(translation, values)
    return None


def _by_parts(text: str, language: str, depth: int) -> str | None:
    """Several sentences, lines or facts in one text: each on its own."""
    parts = [part for part in _BREAK.split(text) if part]
    if len(parts) < 2:
        return None
    translated = text
    for part in parts:
        translated = translated.replace(part, _said(part, language, depth + 1), 1)
    return translated


def _filled(template: str, values: list[str]) -> str:
    """A template with its values: ``{}`` in order, ``{0}`` by number."""
    rest = iter(values)
    return re.sub(r"\{(\d*)\}", lambda m: values[int(m.group(1))] if m.group(1) else next(rest, ""), template)


def _with_units(text: str) -> str:
    return _UNIT.sub(lambda m: m.group(1) + QCoreApplication.translate("Units", UNITS[m.group(2)]), text)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Templates with values, the most specific first."""
    templates = [t for t in json.loads(paths.resource(CATALOGUE).read_text(encoding="utf-8")) if "{}" in t]
    specific = [t for t in templates if _letters(t) >= LEAST_LETTERS]
    specific.sort(key=lambda t: (-_letters(t), t))
    return tuple((t, _pattern(t)) for t in specific)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in template.split("{}")), re.DOTALL)


def _letters(template: str) -> int:
    return sum(character.isalpha() for character in template)
