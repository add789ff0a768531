"""Finds again the template a sentence was made from, and says it in another language.

Errors, notes, progress and names are made from literals and f-strings in layers that know neither Qt nor languages.
``packaging/translate.py`` collects these as templates (``“{} cannot be read: {}.”``); here the template of a sentence
is looked up, its translation taken, and the values put in, themselves translated where they are words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree import ElementTree as ET

from ctviewer.config.paths import resource

CONTEXT, UNITS = "Sentences", "Units"
"""Parts of the catalogue: templates, and units of measurement."""
UNIT_NAMES = ("mm", "cm", "ml", "mm²", "cm²", "s", "min", "h", "MB", "GB")
TEMPLATES = "translations/sentences.json"
LEAST_LETTERS = 5
"""Letters a template with values must have; with fewer it fits too much."""
DEEPEST = 3
"""Values within values: a reason within a refusal within a note."""
MOST_KEPT = 4096
"""Sentences whose translation is remembered."""
_UNIT = re.compile(rf"(?<=\d)(\s?)({'|'.join(UNIT_NAMES)})(?![\w²])")
_BREAK = re.compile(r"(?<=[.!?:])\s+(?=[A-ZА-Я“])|\n+|  +|(?<=\w)  ?·  ?|(?<=\w) – (?=\w)")


class Interpreter:
    """Says sentences in one language.

    Parameters
    ----------
    look_up
        Translation of a text in a part of the catalogue; the text itself where there is none.
    """

    def __init__(self, look_up: Callable[[str, str], str]) -> None:
        self._look_up = look_up
        self._kept: dict[tuple[str, int], str] = {}

    def said(self, text: str, depth: int = 0) -> str:
        """The sentence in the language; as it is where nothing translates it."""
        found = self._kept.get((text, depth))
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[text, depth] = self._said(text, depth)
        return found

    def unit(self, name: str) -> str:
        """A unit as the language writes it; an unknown one stays as it is."""
        return self._look_up(UNITS, name) if name in UNIT_NAMES else name

    def _said(self, text: str, depth: int) -> str:
        plain = text.strip()
        if not any(character.isalpha() for character in plain):
            return text
        found = self._looked_up(text, depth)
        if found is not None:
            return self._with_units(found)
        inner = self._looked_up(plain, depth) if plain != text else None
        if inner is None and depth < DEEPEST:
            inner = self._by_parts(plain, depth)
        return text.replace(plain, self._with_units(plain if inner is None else inner))

    def _looked_up(self, text: str, depth: int) -> str | None:
        exact = self._look_up(CONTEXT, text)
        if exact != text:
            return exact
        for template, pattern in _patterns():
            match = pattern.fullmatch(text)
            if match is None:
                continue
            translation = self._look_up(CONTEXT, template)
            if translation != template:
                deeper = depth + 1
                return _filled(translation, [self.said(v, deeper) if deeper <= DEEPEST else v for v in match.groups()])
        return None

    def _by_parts(self, text: str, depth: int) -> str | None:
        """Several sentences, lines or facts in one text: each on its own."""
        parts = [part for part in _BREAK.split(text) if part]
        if len(parts) < 2:
            return None
        translated = text
        for part in parts:
            translated = translated.replace(part, self.said(part, depth + 1), 1)
        return translated

    def _with_units(self, text: str) -> str:
        return _UNIT.sub(lambda m: m.group(1) + self.unit(m.group(2)), text)


@lru_cache(maxsize=4)
def interpreter_of(language: str) -> Interpreter:
    """What says sentences in a language without a window, from the catalogue the window's is made of."""
    words: dict[tuple[str, str], str] = {}
    for context in ET.parse(resource(f"translations/ctviewer_{language}.ts")).getroot().iter("context"):
        name = context.findtext("name", "")
        if name in (CONTEXT, UNITS):
            for message in context.iter("message"):
                words[name, message.findtext("source", "")] = message.findtext("translation", "")
    return Interpreter(lambda name, text: words.get((name, text)) or text)


def _filled(template: str, values: list[str]) -> str:
    """A template with its values: ``{}`` in order, ``{0}`` by number."""
    rest = iter(values)
    return re.sub(r"\{(\d*)\}", lambda m: values[int(m.group(1))] if m.group(1) else next(rest, ""), template)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Templates with values, the most specific first."""
    templates = [t for t in json.loads(resource(TEMPLATES).read_text(encoding="utf-8")) if "{}" in t]
    specific = [t for t in templates if _letters(t) >= LEAST_LETTERS]
    specific.sort(key=lambda t: (-_letters(t), t))
    return tuple((t, _pattern(t)) for t in specific)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in template.split("{}")), re.DOTALL)


def _letters(template: str) -> int:
    return sum(character.isalpha() for character in template)
