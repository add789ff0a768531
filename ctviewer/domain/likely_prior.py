"""Which series of a study index to compare a scan with."""

from __future__ import annotations

from ctviewer.domain.study import SeriesRef, StudyIndex


def likely_prior(index: StudyIndex, current: SeriesRef) -> SeriesRef | None:
    """The series to compare with: of the same patient, from another study, the latest one before the current.

    Without an earlier one, the nearest later one; without another study, another scan of the same one.
    """
    key = current.series_key
    others = [s for s in index.series if not s.ai_exclusion and s.series_key != key]
    if current.patient.patient_id:
        others = [s for s in others if s.patient.patient_id in ("", current.patient.patient_id)]
    if not others:
        return None
    when = (current.study_date, current.study_time)

    def rank(series: SeriesRef) -> tuple[bool, bool, float]:
        then = (series.study_date, series.study_time)
        number = float(series.study_date) if series.study_date.isdigit() else 0.0
        return (series.study_uid == current.study_uid, then > when, number if then > when else -number)

    return min(others, key=rank)
