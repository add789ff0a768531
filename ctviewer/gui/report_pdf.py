"""A report page as PDF by Qt's own text engine: no browser, no network."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

MARGIN_MM = 15.0


def html_to_pdf(html: str, title: str = "") -> bytes:
    """A4 pages of a report; needs a running ``QGuiApplication``.

    Parameters
    ----------
    html
        Self-contained page of `ctviewer.services.report_html`.
    title
        Title in the file's properties; no patient name belongs here.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("ctviewer")
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter)
    # Layout in CSS pixels (96 per inch): the paper's text area is 680 of them wide.
    writer.setResolution(96)
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(html)
    area = writer.pageLayout().paintRectPixels(writer.resolution())
    document.setPageSize(QSizeF(area.width(), area.height()))
    document.print_(writer)
    buffer.close()
    return bytes(content.data())
