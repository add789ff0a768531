"""Translates sentences that come from below the window, where nothing knows Qt, by Qt's catalogue."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLocale

from ctviewer.config.sentence_templates import Interpreter
from ctviewer.gui.translation import QT_TRANSLATE_NOOP

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


def said(text: str) -> str:
    """A sentence of the layers below in the user's language; as it is where nothing translates it."""
    return text if not text or not _is_translating() else _interpreter(QLocale().name()).said(text)


def unit(name: str) -> str:
    """A unit as it is written in the user's language; one that is not in `UNITS` stays as it is."""
    return QCoreApplication.translate("Units", UNITS[name]) if name in UNITS else name


def forget() -> None:
    """Drop what was looked up, because the language changed."""
    _interpreter.cache_clear()
    _is_translating.cache_clear()


@lru_cache(maxsize=1)
def _is_translating() -> bool:
    return QCoreApplication.translate("Units", "mm") != "mm"


@lru_cache(maxsize=2)
def _interpreter(_language: str) -> Interpreter:
    return Interpreter(QCoreApplication.translate)
