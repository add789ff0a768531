"""Printing a page to PDF without a window."""

from __future__ import annotations

import os
from collections.abc import Callable


def pdf_printer() -> Callable[[str], bytes] | None:
    """A function from an HTML page to PDF bytes; None where Qt's libraries are missing.

    Starts Qt on its off-screen platform if nothing has started it: printing needs fonts, no display.
    """
    try:
        from PySide6.QtGui import QGuiApplication

        from ctviewer.gui.report_pdf import html_to_pdf
    except ImportError:
        return None
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        application = QGuiApplication(["ctviewer"])
        return lambda html: html_to_pdf(html) if application else b""  # holds the application
    return html_to_pdf
