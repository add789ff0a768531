"""Marks texts that are translated later, where they are shown, and translates them there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # the name lupdate looks for
    """The text itself; Qt Linguist's extractor finds it by this call.

    Parameters
    ----------
    context
        Translation context, read by the extractor only.
    text
        English text, a literal.
    """
    del context
    return text


def translated(context: str, text: str) -> str:
    """A text marked by `QT_TRANSLATE_NOOP`, in the user's language."""
    return QCoreApplication.translate(context, text)
