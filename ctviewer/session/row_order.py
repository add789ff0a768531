"""Which rows of the study list are shown, and in which order; values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from ctviewer.domain.study_row import CaseStatus, StudyRow

SORT_FIELDS = (
    "status", "worth", "patient_name", "patient_id", "study_date", "study_description", "series_label", "slices",
    "annotator", "model", "opened_at",
)  # fmt: skip
WORTHIEST_FIRST = ("worth", True)
"""The order of a list that nobody has sorted otherwise."""
_STATUS_RANK = {status: rank for rank, status in enumerate(CaseStatus)}


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows are shown.

    Parameters
    ----------
    text
        Words that must all occur somewhere; case does not matter.
    statuses
        Empty for all.
    all_series
        Also series the models do not use (localizers, reconstructions in other planes).
    """

    text: str = ""
    statuses: frozenset[CaseStatus] = frozenset()
    all_series: bool = False

    def accepts(self, row: StudyRow, words: str) -> bool:
        """Whether a row is shown; ``words`` is its `StudyRow.words`."""
        if self.statuses and row.status not in self.statuses:
            return False
        if row.exclusion and not self.all_series and row.status is CaseStatus.NEW:
            return False
        return not self.text or all(word in words for word in self.text.casefold().split())


def in_order(rows: Iterable[StudyRow], field: str, *, descending: bool) -> tuple[StudyRow, ...]:
    """Rows by a field of `SORT_FIELDS`, as they came if it is empty; rows that are equal in it stay as they came."""
    if field == "status":
        return tuple(sorted(rows, key=lambda row: _STATUS_RANK[row.status], reverse=descending))
    if field in ("worth", "slices"):
        return tuple(sorted(rows, key=attrgetter(field), reverse=descending))
    if field:
        return tuple(sorted(rows, key=lambda row: str(getattr(row, field)).casefold(), reverse=descending))
    return tuple(rows)
