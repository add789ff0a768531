"""Gathers what a report says from a scan, its mask, the models' answers and the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ctviewer.config.program import program_version
from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.overlay_look import OverlayLook, plain_outlines
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification, ModelIdentity
from ctviewer.domain.report import (
    AuthorRow,
    EvidenceRow,
    MeasurementRow,
    ModelRow,
    PhPart,
    Report,
    ReportSubject,
    StructureRow,
)
from ctviewer.domain.segment import CHEST_SEGMENTS, LEFT_LUNG, RIGHT_LUNG, Segment
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import PRESETS
from ctviewer.services.measuring import stored_records
from ctviewer.services.report_images import key_images
from ctviewer.services.structure_statistics import structure_statistics, structure_volumes_ml
from ctviewer.store.annotation_store import AnnotationStore

LUNG_WINDOW, MEDIASTINAL_WINDOW = PRESETS[0], PRESETS[1]


@dataclass(frozen=True, slots=True)
class PriorVolumes:
    """Volumes on an earlier scan of the same patient: which one, and ml by segment key."""

    description: str
    volumes_ml: dict[str, float]


@dataclass(frozen=True, eq=False, slots=True)
class Findings:
    """What a report is made from, besides the scan.

    Parameters
    ----------
    labels
        Mask on the volume's grid; None if there is none.
    look
        How the key images show it; None for plain outlines.
    no_labels_because, no_class_because, no_evidence_because
        Sentences for what is missing.
    class_meanings
        What each PH class stands for, in the order of the classification.
    authors
        Who corrected or accepted the mask; see `who_worked_on`.
    """

    labels: LabelArray | None = None
    segments: Sequence[Segment] = CHEST_SEGMENTS
    segmentation_model: ModelIdentity | None = None
    no_labels_because: str = ""
    classification: Classification | None = None
    class_meanings: tuple[str, ...] = ()
    no_class_because: str = ""
    evidence: tuple[EvidenceRow, ...] = ()
    no_evidence_because: str = ""
    measurements: tuple[MeasurementRow, ...] = ()
    prior: PriorVolumes | None = None
    authors: tuple[AuthorRow, ...] = ()
    impression: str = ""
    look: OverlayLook | None = None
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


def build_report(volume: Volume, findings: Findings) -> Report:
    """Measure the mask, draw the key images, and put everything together; takes about a second for a large scan."""
    series = volume.series
    classification = findings.classification
    trunk_slice = classification.slice_index if classification is not None else None
    look = findings.look or plain_outlines(findings.segments)
    return Report(
        subject=_subject(volume),
        created_at=findings.created_at,
        program_version=program_version(),
        images=key_images(volume, findings.labels, look, trunk_slice, (LUNG_WINDOW, MEDIASTINAL_WINDOW)),
        structures=_structures(volume, findings),
        no_structures_because=findings.no_labels_because,
        prior=findings.prior.description if findings.prior is not None else "",
        ph=_ph_part(volume, findings),
        evidence=findings.evidence,
        no_evidence_because=findings.no_evidence_because,
        measurements=findings.measurements,
        models=_models(findings),
        authors=findings.authors,
        geometry_notes=(*series.notes, *(n for n in volume.notes if n not in series.notes)),
        impression=findings.impression.strip(),
    )


def measurement_rows(store: AnnotationStore | None, volume: Volume) -> tuple[MeasurementRow, ...]:
    """What a person measured on a scan: each with its numbers, and the slice where it is axial."""
    if store is None:
        return ()
    return tuple(
        MeasurementRow(
            record.name,
            record.quantities,
            record.slice_number if record.plane is Plane.AXIAL else 0,
        )
        for record in stored_records(store, volume)
    )


def prior_volumes(volume: Volume, labels: LabelArray, segments: Sequence[Segment]) -> PriorVolumes:
    """What a report compares with, from an earlier scan and its mask."""
    return PriorVolumes(scan_name(volume.series), structure_volumes_ml(labels, volume, segments))


def scan_name(series: SeriesRef) -> str:
    """Label and date of a series, for a sentence in any language."""
    day = series.study_date
    return f"“{series.label}”, {day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else f"“{series.label}”"


def who_worked_on(store: AnnotationStore | None, series_key: str) -> tuple[AuthorRow, ...]:
    """Who corrected, saved and accepted the mask of a series, each person and deed with its last time."""
    if store is None:
        return ()
    rows: dict[tuple[str, str], AuthorRow] = {}
    for gesture in store.gestures(series_key):
        if gesture.is_live and not gesture.model_id:
            rows[gesture.author, "corrected"] = AuthorRow(gesture.author, "corrected the mask", gesture.created_at)
    for revision in store.revisions.select(series_key):
        action = "accepted the mask" if revision.status.value == "accepted" else "saved a draft"
        rows[revision.author, action] = AuthorRow(revision.author, action, revision.created_at)
    return tuple(rows.values())


def _subject(volume: Volume) -> ReportSubject:
    series = volume.series
    return ReportSubject(
        patient_name=series.patient.name,
        patient_id=series.patient.patient_id,
        birth_date=series.patient.birth_date,
        sex=series.patient.sex,
        study_date=series.study_date,
        study_description=series.study_description,
        series_description=series.label,
        accession_number=series.accession_number,
        slices=volume.geometry.shape[0],
        spacing_mm=volume.geometry.spacing_mm,
        is_synthetic=series.is_synthetic,
    )


def _structures(volume: Volume, findings: Findings) -> tuple[StructureRow, ...]:
    if findings.labels is None:
        return ()
    before = findings.prior.volumes_ml if findings.prior is not None else {}
    rows = []
    for found in structure_statistics(findings.labels, volume, findings.segments):
        segment = found.segment
        is_lung = segment.key in (LEFT_LUNG.key, RIGHT_LUNG.key)
        rows.append(
            StructureRow(
                key=segment.key,
                name=segment.name,
                color=segment.color,
                volume_ml=found.volume_ml,
                hu_mean=found.hu_mean,
                hu_sd=found.hu_sd,
                low_attenuation_share=found.low_attenuation if is_lung else None,
                prior_volume_ml=before.get(segment.key),
            )
        )
    return tuple(rows)


def _ph_part(volume: Volume, findings: Findings) -> PhPart:
    found = findings.classification
    if found is None:
        return PhPart(reason=findings.no_class_because)
    return PhPart(
        class_names=found.class_names,
        probabilities=found.probabilities,
        meanings=findings.class_meanings if len(findings.class_meanings) == len(found.class_names) else (),
        slice_number=volume.geometry.shape[0] - found.slice_index,
        notes=found.notes,
    )


def _models(findings: Findings) -> tuple[ModelRow, ...]:
    rows = []
    if findings.segmentation_model is not None and findings.labels is not None:
        rows.append(ModelRow("Segmentation", findings.segmentation_model))
    if findings.classification is not None:
        rows.append(ModelRow("PH class", findings.classification.model))
    return tuple(rows)
