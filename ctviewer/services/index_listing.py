"""What the window's series list shows, as text for a terminal and as plain values for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctviewer.domain.errors import shown
from ctviewer.domain.study import SeriesRef, StudyIndex


def describe_index(index: StudyIndex) -> str:
    """The index by patient and study: each series with its geometry badge and remarks, then the files not used.

    The series that would be opened is marked with an asterisk.
    """
    chosen = index.preselected
    lines = [f"{len(index.series)} series under {shown(str(index.root))}"]
    for heading, members in _studies(index).items():
        lines.append("   ".join(filter(None, heading[:-1])) or "Patient not named")
        for series in members:
            lines += _series_lines(series, is_chosen=series is chosen)
    if index.rejected:
        lines.append("1 file not used:" if len(index.rejected) == 1 else f"{len(index.rejected)} files not used:")
        lines += [f"  - {shown(item.path.name)}: {item.reason}" for item in index.rejected]
    return "\n".join(lines)


def index_to_json(index: StudyIndex) -> dict[str, Any]:
    """The index as plain values for JSON."""
    chosen = index.preselected
    return {
        "root": str(index.root),
        "series": [_series_to_json(series, is_preselected=series is chosen) for series in index.series],
        "rejected": [
            {"path": str(item.path), "reason": item.reason, "is_surprising": item.is_surprising}
            for item in index.rejected
        ],
    }


def _studies(index: StudyIndex) -> dict[tuple[str, ...], list[SeriesRef]]:
    """Series by patient and study, in the order of the likeliest series of each."""
    found: dict[tuple[str, ...], list[SeriesRef]] = {}
    for series in index.series:
        patient = series.patient
        key = (patient.name, patient.patient_id, series.study_date, series.study_description, series.study_uid)
        found.setdefault(key, []).append(series)
    return found


def _series_lines(series: SeriesRef, *, is_chosen: bool) -> Iterator[str]:
    k, j, i = series.shape
    spacing = "×".join(f"{mm:.3g}" for mm in reversed(series.spacing_mm)) if any(series.spacing_mm) else "?"
    kind = series.modality or series.format.value
    marks = f"  [{', '.join(series.marks)}]" if series.marks else ""
    yield f"{'*' if is_chosen else ' '} {kind:4} {series.label}  {i}×{j}×{k}  {spacing} mm{marks}"
    yield from (f"      {note}" for note in series.notes)
    if series.ai_exclusion:
        yield f"      Not analysed: {series.ai_exclusion}"


def _series_to_json(series: SeriesRef, *, is_preselected: bool) -> dict[str, Any]:
    patient = series.patient
    return {
        "label": series.label,
        "format": series.format.value,
        "preselected": is_preselected,
        "shape_kji": list(series.shape),
        "spacing_mm_kji": list(series.spacing_mm),
        "marks": [mark.value for mark in series.marks],
        "notes": list(series.notes),
        "ai_exclusion": series.ai_exclusion,
        "identity_complete": series.identity_complete,
        "is_synthetic": series.is_synthetic,
        "series_key": series.series_key,
        "series_uid": series.series_uid,
        "study_uid": series.study_uid,
        "frame_of_reference_uid": series.frame_of_reference_uid,
        "modality": series.modality,
        "series_number": series.series_number,
        "series_description": series.series_description,
        "sub_series": series.sub_series,
        "study_description": series.study_description,
        "study_date": series.study_date,
        "body_part": series.body_part,
        "manufacturer": series.manufacturer,
        "kernel": series.kernel,
        "contrast_agent": series.contrast_agent,
        "patient_id": patient.patient_id,
        "patient_name": patient.name,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "files": [str(path) for path in series.paths],
        "frames": list(series.frames),
    }
