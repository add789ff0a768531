"""Marks texts that are translated later, where they are shown."""

from __future__ import annotations


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
