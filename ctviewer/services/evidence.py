"""Evidence for pulmonary hypertension from a scan: calipers proposed by the program, and rows for a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.great_vessels import VesselProposal, propose_vessels
from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole, PointLPS, point_lps
from ctviewer.domain.ph_evidence import Agreement, Evidence, agreement, elevated_probability, gather
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.report import EvidenceRow
from ctviewer.domain.trunk_level import find_trunk_level
from ctviewer.domain.vessel_calipers import Caliper
from ctviewer.domain.volume import Volume
from ctviewer.store.annotation_store import AnnotationStore

PROGRAM = "ctviewer"
"""Author of a proposal until a person changes it."""


@dataclass(frozen=True, slots=True)
class ProposedCalipers:
    """A measurement the program would draw on an axial slice."""

    kind: MeasurementKind
    role: MeasurementRole
    points_lps: tuple[PointLPS, ...]


@dataclass(frozen=True, slots=True)
class EvidenceProposal:
    """What the program would measure.

    Parameters
    ----------
    slice_index
        Axial index ``k``.
    calipers
        Trunk and aorta, and the right pulmonary artery where its edges are clear.
    note
        One sentence about how the slice was found.
    """

    slice_index: int
    calipers: tuple[ProposedCalipers, ...]
    note: str


def propose_evidence(
    volume: Volume,
    labels: LabelArray | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> EvidenceProposal:
    """Calipers across the pulmonary trunk, the ascending aorta and the right pulmonary artery.

    Parameters
    ----------
    labels
        Lungs and trachea on the volume's grid; they make the search quicker and surer.

    Raises
    ------
    NotApplicableError
        If the scan is not enhanced, does not show the level, or cannot be measured.
    OperationCancelled
        On request.
    """
    cancel = cancel or CancelToken()
    if not volume.is_hu or not volume.is_scaled:
        raise NotApplicableError(
            f"Vessels are not proposed on “{volume.series.label}”: its values or its voxel size are not calibrated.",
            "Choose the original CT series.",
        )
    progress(Progress(0, 2, "Looking for the pulmonary trunk"))
    try:
        level: int | None = find_trunk_level(volume.hu, volume.geometry, labels).slice_index
    except NotApplicableError:
        level = None  # a heart scan may begin below the windpipe and still show the trunk
    cancel.raise_if_cancelled()
    progress(Progress(1, 2, "Measuring the vessels"))
    found = propose_vessels(volume.hu, volume.geometry, level)
    cancel.raise_if_cancelled()
    number = volume.hu.shape[0] - found.slice_index
    sure = "" if level is not None else " The windpipe was not found, so the whole scan was searched."
    return EvidenceProposal(
        found.slice_index,
        _calipers(found, volume.geometry),
        f"Proposed on slice {number}, where the trunk divides; check the calipers.{sure}",
    )


def as_measurements(proposal: EvidenceProposal) -> tuple[Measurement, ...]:
    """The proposed calipers as measurements of the program."""
    return tuple(
        Measurement(f"proposal-{n}", c.kind, Plane.AXIAL, c.points_lps, role=c.role, author=PROGRAM)
        for n, c in enumerate(proposal.calipers)
    )


def evidence_rows(
    volume: Volume, measurements: Iterable[Measurement], classification: Classification | None = None
) -> tuple[EvidenceRow, ...]:
    """Measured values with their cut-offs as rows of a report; with a classification, how each stands to it."""
    elevated = elevated_probability(classification)
    return tuple(_row(item, elevated) for item in gather(measurements, volume.series.patient.sex))


def stored_evidence(
    store: AnnotationStore | None, volume: Volume, classification: Classification | None = None
) -> tuple[EvidenceRow, ...]:
    """Rows from what the annotation store holds for a scan.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    if store is None:
        return ()
    return evidence_rows(volume, store.measurements.of_series(volume.series.series_key), classification)


_AGREEMENTS = {
    Agreement.SAME_WAY: "points the same way as the classifier",
    Agreement.DIFFERENT_WAYS: "points another way than the classifier",
}


def _row(item: Evidence, elevated: float | None) -> EvidenceRow:
    by = item.measurement.author
    how = "proposed by the program" if by == PROGRAM else f"measured by {by}" if by else "measured by hand"
    reached = sum(c.is_reached(item.value) for c in item.cut_offs)
    judged = f"{reached} of {len(item.cut_offs)} cut-offs reached" if item.cut_offs else "no cut-off is used"
    stands = _AGREEMENTS.get(agreement([item], elevated), "")
    remarks = tuple(clause for clause in (how, judged, stands) if clause)
    return EvidenceRow(item.key.value.capitalize(), item.value, item.unit, item.cut_offs, remarks)


def _calipers(found: VesselProposal, geometry: VolumeGeometry) -> tuple[ProposedCalipers, ...]:
    k = found.slice_index
    both = (*_ends(found.trunk, k, geometry), *_ends(found.aorta, k, geometry))
    calipers = [ProposedCalipers(MeasurementKind.RATIO, MeasurementRole.TRUNK_TO_AORTA, both)]
    if found.right_artery is not None:
        ends = _ends(found.right_artery, k, geometry)
        calipers.append(ProposedCalipers(MeasurementKind.LENGTH, MeasurementRole.RIGHT_PULMONARY_ARTERY, ends))
    return tuple(calipers)


def _ends(caliper: Caliper, k: int, geometry: VolumeGeometry) -> tuple[PointLPS, ...]:
    indices = np.array([(k, *caliper.start), (k, *caliper.end)], dtype=np.float64)
    return tuple(point_lps(row) for row in geometry.index_to_lps(indices))
