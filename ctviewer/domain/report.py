"""What a report says, as plain values: no layout, no language, no file format."""

from __future__ import annotations

from dataclasses import dataclass, field

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.measurement_values import Quantity
from ctviewer.domain.ph_evidence import CutOff
from ctviewer.domain.prediction import ModelIdentity

NOT_FOR_DIAGNOSIS = "Research software: not a medical device, not for diagnostic use."


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """Whose scan, and which one; empty strings where the file says nothing.

    Parameters
    ----------
    study_date
        ``YYYYMMDD`` as in DICOM, or empty.
    spacing_mm
        Of the canonical volume, ``(slice, row, column)``.
    """

    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    study_date: str = ""
    study_description: str = ""
    series_description: str = ""
    accession_number: str = ""
    slices: int = 0
    spacing_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    is_synthetic: bool = False

    def without_identity(self) -> ReportSubject:
        """The same scan without anything that names the patient."""
        return ReportSubject(
            series_description=self.series_description,
            slices=self.slices,
            spacing_mm=self.spacing_mm,
            is_synthetic=self.is_synthetic,
        )


@dataclass(frozen=True, eq=False, slots=True)
class KeyImage:
    """A picture in the report.

    Parameters
    ----------
    caption
        English sentence part.
    pixels
        Shape ``(rows, columns, 3)``, uint8.
    """

    caption: str
    pixels: AnyArray


@dataclass(frozen=True, slots=True)
class StructureRow:
    """Measurements of one structure; None where they cannot be given.

    Parameters
    ----------
    name
        English name.
    low_attenuation_share
        Share of its voxels below −950 HU, 0 to 1; lungs only.
    prior_volume_ml
        Volume on the earlier scan.
    """

    key: str
    name: str
    color: tuple[int, int, int]
    volume_ml: float
    hu_mean: float | None = None
    hu_sd: float | None = None
    low_attenuation_share: float | None = None
    prior_volume_ml: float | None = None


@dataclass(frozen=True, slots=True)
class PhPart:
    """The pulmonary-hypertension part.

    Parameters
    ----------
    reason
        Why there are no probabilities; empty if there are.
    meanings
        What each class stands for, in the order of ``class_names``; may be empty.
    slice_number
        As the axial view counts: 1 is the most cranial.
    """

    reason: str = ""
    class_names: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    meanings: tuple[str, ...] = ()
    slice_number: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One measured quantity beside its published cut-off.

    Parameters
    ----------
    value, unit
        ``unit`` is ``"mm"``, or empty for a ratio.
    cut_offs
        Published limits that apply.
    remarks
        How it was measured, how many limits are reached, and whether they agree with the classifier; clauses.
    """

    name: str
    value: float
    unit: str = ""
    cut_offs: tuple[CutOff, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """A measurement made by a person: name, its numbers, and slice as the axial view counts (0: none)."""

    name: str
    quantities: tuple[Quantity, ...]
    slice_number: int = 0


@dataclass(frozen=True, slots=True)
class ModelRow:
    """Which model version made what."""

    task: str
    model: ModelIdentity


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """Who did what to the mask, when (ISO 8601, UTC)."""

    author: str
    action: str
    at: str


@dataclass(frozen=True, eq=False, slots=True)
class Report:
    """Everything one page says.

    Parameters
    ----------
    created_at
        ISO 8601.
    prior
        Label and date of the scan compared with; empty if there is none.
    geometry_notes
        What was corrected or is doubtful in the scan.
    impression
        Text of the radiologist; empty if none was written.
    """

    subject: ReportSubject
    created_at: str
    program_version: str
    images: tuple[KeyImage, ...] = ()
    structures: tuple[StructureRow, ...] = ()
    no_structures_because: str = ""
    prior: str = ""
    ph: PhPart = field(default_factory=PhPart)
    evidence: tuple[EvidenceRow, ...] = ()
    no_evidence_because: str = ""
    measurements: tuple[MeasurementRow, ...] = ()
    models: tuple[ModelRow, ...] = ()
    authors: tuple[AuthorRow, ...] = ()
    geometry_notes: tuple[str, ...] = ()
    impression: str = ""

    @property
    def references(self) -> tuple[str, ...]:
        """Publications of all cut-offs of the evidence, each once."""
        return tuple(dict.fromkeys(cut_off.reference for row in self.evidence for cut_off in row.cut_offs))
