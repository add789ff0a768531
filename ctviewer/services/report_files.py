"""A report on disk: page, CSV of its figures, JSON of everything but the pictures, DICOM objects."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.report import NOT_FOR_DIAGNOSIS, Report
from ctviewer.domain.volume import Volume
from ctviewer.io.csv_text import csv_bytes
from ctviewer.io.dicom_sr import write_dicom_sr, write_encapsulated_pdf
from ctviewer.services.report_html import render_html


class ReportForm(StrEnum):
    """A kind of file a report can become; the value is the ending of the name it is given."""

    PDF = ".pdf"
    HTML = ".html"
    CSV = ".csv"
    JSON = ".json"
    STRUCTURED = "_sr.dcm"
    ENCAPSULATED = "_pdf.dcm"


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Language of the page (``"en"`` or ``"ru"``), and whether it names the patient."""

    language: str = "en"
    with_identity: bool = True


def write_report(
    path: Path, form: ReportForm, report: Report, volume: Volume, options: PageOptions, pdf: bytes = b""
) -> Path:
    """Write a report in one form and return the path.

    Parameters
    ----------
    volume
        The scan, which DICOM objects refer to. They always belong to the patient of the scan.
    pdf
        The printed page, for the forms that contain it.

    Raises
    ------
    ExportRefusedError
        If a DICOM object would refer to nothing.
    StoreError
        If it cannot be written; an older file is untouched.
    """
    if form is ReportForm.PDF:
        atomic_write_bytes(path, pdf)
    elif form is ReportForm.HTML:
        atomic_write_bytes(path, render_html(report, options.language, with_identity=options.with_identity).encode())
    elif form is ReportForm.CSV:
        write_csv(path, report)
    elif form is ReportForm.JSON:
        write_json(path, report, with_identity=options.with_identity)
    elif form is ReportForm.STRUCTURED:
        write_dicom_sr(path, report, volume)
    else:
        write_encapsulated_pdf(path, pdf, volume)
    return path


def write_csv(path: Path, report: Report) -> None:
    """Write every figure as a row: section, name, quantity, value, unit. Without the patient's name."""
    columns = ("section", "name", "quantity", "value", "unit")
    atomic_write_bytes(path, csv_bytes(columns, figure_rows(report)))


def write_json(path: Path, report: Report, *, with_identity: bool = True) -> None:
    """Write everything but the pictures."""
    content = {"notice": NOT_FOR_DIAGNOSIS, **as_plain(report, with_identity=with_identity)}
    atomic_write_bytes(path, (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def as_plain(report: Report, *, with_identity: bool = True) -> dict[str, Any]:
    """The report as dictionaries and lists, pictures left out."""
    subject = report.subject if with_identity else report.subject.without_identity()
    plain: dict[str, Any] = {"subject": asdict(subject)}
    for name in ("created_at", "program_version", "no_structures_because", "prior", "no_evidence_because"):
        plain[name] = getattr(report, name)
    for name in ("structures", "evidence", "measurements", "models", "authors"):
        plain[name] = [asdict(row) for row in getattr(report, name)]
    plain["ph"] = asdict(report.ph)
    plain["geometry_notes"] = list(report.geometry_notes)
    plain["impression"] = report.impression
    return plain


def figure_rows(report: Report) -> list[tuple[str, str, str, str, str]]:
    """Rows of the CSV without its head; full precision, decimal point."""
    rows: list[tuple[str, str, str, str, str]] = []
    for row in report.structures:
        quantities = (
            ("volume", row.volume_ml, "ml"),
            ("mean", row.hu_mean, "HU"),
            ("sd", row.hu_sd, "HU"),
            ("below -950 HU", row.low_attenuation_share, ""),
            ("volume before", row.prior_volume_ml, "ml"),
        )
        rows += [("structure", row.key, name, f"{v:.6g}", unit) for name, v, unit in quantities if v is not None]
    for name, probability in zip(report.ph.class_names, report.ph.probabilities, strict=True):
        rows.append(("ph", name, "probability", f"{probability:.6g}", ""))
    rows += [("evidence", row.name, "value", f"{row.value:.6g}", row.unit) for row in report.evidence]
    for made in report.measurements:
        rows += [("measurement", made.name, q.name.value, f"{q.value:.6g}", q.unit) for q in made.quantities]
    return rows
