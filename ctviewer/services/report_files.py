"""A report on disk: HTML page, CSV of its figures, JSON of everything but the pictures."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.report import NOT_FOR_DIAGNOSIS, Report
from ctviewer.services.report_html import render_html


def write_html(path: Path, report: Report, language: str = "en", with_identity: bool = True) -> None:
    """Write the page; see `ctviewer.services.report_html.render_html`."""
    atomic_write_bytes(path, render_html(report, language, with_identity).encode())


def write_csv(path: Path, report: Report) -> None:
    """Write every figure as a row: section, name, quantity, value, unit. Without the patient's name."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("section", "name", "quantity", "value", "unit"))
    writer.writerows(figure_rows(report))
    atomic_write_bytes(path, file.getvalue().encode())


def write_json(path: Path, report: Report, with_identity: bool = True) -> None:
    """Write everything but the pictures."""
    content = {"notice": NOT_FOR_DIAGNOSIS, **as_plain(report, with_identity)}
    atomic_write_bytes(path, (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def as_plain(report: Report, with_identity: bool = True) -> dict[str, Any]:
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
    rows += [("measurement", row.name, "result", row.text, "") for row in report.measurements]
    return rows
