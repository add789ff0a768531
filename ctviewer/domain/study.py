"""References to what lies on disk: patient, study, series. Headers only; no pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ctviewer.domain.windowing import Window


class SourceFormat(StrEnum):
    """File family a series comes from."""

    DICOM = "dicom"
    NIFTI = "nifti"
    NRRD = "nrrd"
    METAIMAGE = "metaimage"


class Mark(StrEnum):
    """What is out of the ordinary about a series' place, pixels or identity; the geometry badge shows these."""

    NO_POSITIONS = "no positions"
    NOT_HU = "not HU"
    UNDECIDED = "choice needed"
    TILT = "tilt corrected"
    MOVED = "slices moved"
    UNEVEN = "interpolated"
    GAPS = "gaps"
    REPEATS = "repeats"
    DAMAGED = "damaged files"
    LOSSY = "lossy"
    IDENTITY = "identity incomplete"


@dataclass(frozen=True, slots=True)
class PatientInfo:
    """Demographics for the banner; empty strings where the file says nothing."""

    patient_id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRef:
    """One series on disk, enough to show it in a list and to load it.

    Parameters
    ----------
    paths
        The files: one per slice for DICOM, one volume file otherwise. Absolute, sorted by position where known.
    format
        File family.
    series_uid, study_uid
        DICOM UIDs; empty where unknown.
    is_synthetic
        True for series this program made itself (phantom).
    identity_complete
        False when UIDs are missing or not unique: opens, but no DICOM export refers to it.
    ai_exclusion
        Why this series is not offered to the models (localizer, too few slices…); empty when it is.
    notes
        Sentences for the geometry badge.
    frames
        For multi-frame files: the frames that belong to this series, and ``paths`` has either their one file or the
        file of each; empty for single-frame files.
    sub_series
        What sets this part apart where one DICOM series holds several stacks (``"phase 2"``); else empty.
    marks
        What the geometry badge shows, as far as headers tell.
    choice
        How a person resolved what the files contradict themselves about; empty where nothing had to be chosen.
    windows
        Grey-value windows the file recommends.
    """

    paths: tuple[Path, ...]
    format: SourceFormat
    shape: tuple[int, int, int] = (0, 0, 0)
    spacing_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    series_uid: str = ""
    study_uid: str = ""
    frame_of_reference_uid: str = ""
    modality: str = ""
    series_description: str = ""
    study_description: str = ""
    series_number: str = ""
    study_date: str = ""
    study_time: str = ""
    accession_number: str = ""
    body_part: str = ""
    manufacturer: str = ""
    kernel: str = ""
    contrast_agent: str = ""
    patient: PatientInfo = field(default_factory=PatientInfo)
    is_synthetic: bool = False
    identity_complete: bool = True
    ai_exclusion: str = ""
    notes: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()
    sub_series: str = ""
    marks: tuple[Mark, ...] = ()
    choice: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def label(self) -> str:
        """Short human name of the series."""
        return self.series_description or self.paths[0].stem or "series"

    @property
    def series_key(self) -> str:
        """Stable identifier for the annotation store: 32 hex digits.

        Made from the series UID where it is complete, else from file names and sizes, so that annotations survive a
        move of the folder. It reveals nothing about the patient.
        """
        if self.series_uid and self.identity_complete and self.format is SourceFormat.DICOM:
            seed = f"{self.series_uid}|{self.shape}" + (f"|{self.sub_series}" if self.sub_series else "")
        else:
            seed = "|".join(f"{p.name}:{p.stat().st_size if p.exists() else 0}" for p in self.paths)
        if self.choice:  # another choice is another picture: its annotations are kept apart
            seed += f"|{self.choice}"
        return hashlib.sha256(seed.encode()).hexdigest()[:32]

    @property
    def patient_key(self) -> str:
        """Stable identifier that groups cases of one patient: 32 hex digits.

        Falls back to the study, then to the series, when the file names no patient.
        """
        seed = self.patient.patient_id or self.patient.name or self.study_uid or self.series_key
        return hashlib.sha256(f"patient|{seed}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that could not be used, with the reason as a sentence.

    Parameters
    ----------
    is_surprising
        False for files nobody would take for images (texts, documents…): listed, but no warning.
    """

    path: Path
    reason: str
    is_surprising: bool = True


@dataclass(frozen=True, slots=True)
class StudyIndex:
    """What was found under a path.

    Parameters
    ----------
    root
        The path that was indexed.
    series
        All series found, likely chest CT first.
    rejected
        Files that could not be used, with the reasons.
    """

    root: Path
    series: tuple[SeriesRef, ...]
    rejected: tuple[RejectedFile, ...] = ()

    @property
    def preselected(self) -> SeriesRef | None:
        """The series to open by default: the first one offered to the models, else the first."""
        usable = [s for s in self.series if not s.ai_exclusion]
        return next(iter(usable or self.series), None)
