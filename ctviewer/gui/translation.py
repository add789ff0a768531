"""Marks texts that are translated later, where they are shown, and translates them there."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ctviewer.config import paths
from ctviewer.domain.errors import CTViewerError

logger = logging.getLogger(__name__)


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


def language_of(preference: str) -> str:
    """ISO 639-1 code for a preference: the system's language where it is one the program has, else English."""
    if preference != "system":
        return preference
    name = QLocale.system().name()[:2]
    return name if _has(name) else "en"


def install_language(application: QCoreApplication, language: str) -> None:
    """Show an application's texts in a language from now on; call before the first window is made.

    Parameters
    ----------
    language
        ISO 639-1; English needs no catalogue.
    """
    if language == "en":
        return
    ours, qts = QTranslator(application), QTranslator(application)
    if not _has(language) or not ours.load(str(paths.resource(f"translations/ctviewer_{language}.qm"))):
        logger.warning("there is no translation to %s", language)
        return
    application.installTranslator(ours)
    if qts.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(qts)


def _has(language: str) -> bool:
    try:
        return paths.resource(f"translations/ctviewer_{language}.qm").exists()
    except CTViewerError:
        return False
