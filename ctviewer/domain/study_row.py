"""One line of the study list, and how far its case has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ctviewer.domain.outlook import Outlook

WORTH_OF_THE_UNKNOWN = 0.2
"""A case without a prediction comes after those with known doubts, and before those with hardly any left."""


class CaseStatus(StrEnum):
    """How far the work on a series has come."""

    NEW = "new"
    PREDICTED = "predicted"
    IN_CORRECTION = "in correction"
    ACCEPTED = "accepted"
    TRAINED = "used in training"

    @property
    def is_done(self) -> bool:
        """Whether nobody has to look at it again."""
        return self in (CaseStatus.ACCEPTED, CaseStatus.TRAINED)


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the annotation store says about a series.

    Parameters
    ----------
    series_key, patient_key, series_label, source_path, slices
        As written when the series was opened.
    status
        Never `CaseStatus.NEW` or `CaseStatus.TRAINED`: the first has no mask, the second is known to the models.
    annotator
        Who changed or saved it last; empty if only a model did.
    model
        ``"id version"`` of the prediction it rests on; empty if drawn by hand.
    accepted_revision
        Accepted revision that is still what is shown; empty if there is none.
    changed_at
        ISO 8601, UTC.
    """

    series_key: str
    patient_key: str
    series_label: str
    source_path: str
    slices: int
    status: CaseStatus
    annotator: str = ""
    model: str = ""
    accepted_revision: str = ""
    changed_at: str = ""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A series with its study and patient, as the list shows it.

    Parameters
    ----------
    source_path
        Folder or file it was opened from; may have moved since.
    exclusion
        Why the models do not use this series (localizer, too few slices…); empty if they do.
    added_at, opened_at
        ISO 8601, UTC; ``opened_at`` is empty if it was never opened.
    is_missing
        Whether nothing lies at ``source_path`` any more.
    outlook
        Reasons to look at it; None if nothing is known or everything is done.
    """

    series_key: str
    patient_key: str = ""
    patient_id: str = ""
    patient_name: str = ""
    birth_date: str = ""
    sex: str = ""
    study_uid: str = ""
    study_date: str = ""
    study_description: str = ""
    accession_number: str = ""
    series_label: str = ""
    modality: str = ""
    slices: int = 0
    source_path: str = ""
    exclusion: str = ""
    added_at: str = ""
    opened_at: str = ""
    status: CaseStatus = CaseStatus.NEW
    annotator: str = ""
    model: str = ""
    is_missing: bool = False
    outlook: Outlook | None = None

    @property
    def worth(self) -> float:
        """Expected benefit of looking at it next: 0 to 1, below 0 if it is done."""
        if self.status.is_done:
            return -1.0
        return WORTH_OF_THE_UNKNOWN if self.outlook is None else self.outlook.worth

    @property
    def words(self) -> str:
        """Everything the search looks through, in lower case."""
        return "\n".join(
            (
                self.patient_name, self.patient_id, self.study_description, self.series_label, self.study_date,
                self.accession_number, self.annotator, self.model, self.modality,
            )
        ).casefold()  # fmt: skip
