"""Saved masks: revisions, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RevisionStatus(StrEnum):
    """Life of a revision."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


ALLOWED_STATUS_CHANGES: frozenset[tuple[RevisionStatus, RevisionStatus]] = frozenset(
    {
        (RevisionStatus.DRAFT, RevisionStatus.ACCEPTED),
        (RevisionStatus.DRAFT, RevisionStatus.REJECTED),
        (RevisionStatus.DRAFT, RevisionStatus.SUPERSEDED),
        (RevisionStatus.ACCEPTED, RevisionStatus.SUPERSEDED),
    }
)


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One immutable save of a segmentation.

    Parameters
    ----------
    revision_id
        Stable identifier, hex.
    series_key, patient_key
        Whose scan; see `ctviewer.domain.study.SeriesRef`.
    status
        Where it stands.
    author
        Login name of the person.
    created_at
        ISO 8601, UTC.
    labels_sha256
        SHA-256 of the raw label bytes (C order).
    image_sha256
        SHA-256 of the HU voxels it belongs to (C order); empty if unknown.
    reviewed_slices
        Axial indices ``k`` a person looked at or changed; the rest does not count in training.
    model_id, model_version
        Prediction it started from; empty if drawn by hand.
    source_path
        Where the scan was when it was saved.
    name
        Name given by the user.
    """

    revision_id: str
    series_key: str
    patient_key: str
    status: RevisionStatus
    author: str
    created_at: str
    labels_sha256: str
    shape: tuple[int, int, int]
    reviewed_slices: tuple[int, ...] = ()
    model_id: str = ""
    model_version: str = ""
    source_path: str = ""
    series_label: str = ""
    image_sha256: str = ""
    name: str = ""
    changed_voxels: int = 0
