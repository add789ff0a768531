"""Calipers proposed by the program in patient space, rows for a report, and refusals."""

import dataclasses
import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.measurement import MeasurementKind, MeasurementRole, calipers_mm
from ctviewer.domain.prediction import Classification
from ctviewer.services.evidence import as_measurements, evidence_rows, propose_evidence, stored_evidence
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.annotation_store import AnnotationStore
from tests.support.real_data import real_data
from tests.support.vessel_phantom import AORTA_MM, LEVEL_MM, RIGHT_MM, TRUNK_MM, vessel_volume
from tests.support.volumes import MODEL


@pytest.mark.parametrize("oblique", [False, True])
def test_proposal_is_in_patient_millimetres(oblique):
    axes = np.array([(0, 0, 1), (0, 1, 0), (1, 0, 0)], float).T
    turned = Rotation.from_euler("xyz", [8, -5, 12], degrees=True).as_matrix() @ axes if oblique else axes
    volume = vessel_volume(directions=turned)
    proposal = propose_evidence(volume)
    both, right = as_measurements(proposal)
    assert (both.kind, both.role) == (MeasurementKind.RATIO, MeasurementRole.TRUNK_TO_AORTA)
    assert calipers_mm(both) == pytest.approx((TRUNK_MM, AORTA_MM), abs=1.0)
    assert calipers_mm(right) == pytest.approx((RIGHT_MM,), abs=1.5)
    index = volume.geometry.lps_to_index(both.points)
    np.testing.assert_allclose(index[:, 0], proposal.slice_index, atol=1e-6)
    assert abs(proposal.slice_index * 3.0 - LEVEL_MM) <= 7.0
    assert "whole scan was searched" in proposal.note  # the phantom has no windpipe


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"is_hu": False}, "not calibrated"), ({"is_scaled": False}, "not calibrated")],
)
def test_values_that_cannot_be_trusted_are_refused(changes, words):
    with pytest.raises(NotApplicableError, match=words):
        propose_evidence(dataclasses.replace(vessel_volume(), **changes))


def test_a_scan_without_contrast_medium_is_refused_with_the_reason():
    with pytest.raises(NotApplicableError, match="No enhanced ascending aorta") as refused:
        propose_evidence(vessel_volume(blood_hu=(40, 40)))
    assert "by hand" in refused.value.hint


def test_rows_of_a_report():
    volume = vessel_volume(sex="F")
    rows = evidence_rows(volume, as_measurements(propose_evidence(volume)))
    assert [(r.name, [c.text for c in r.cut_offs]) for r in rows] == [
        ("Pulmonary trunk", ["≥ 27", "≥ 30"]), ("Ascending aorta", []), ("Trunk to aorta", ["> 0.9", "> 1"]),
        ("Right pulmonary artery", []),
    ]  # fmt: skip
    assert all(r.remarks[0] == "proposed by the program" for r in rows)
    assert "Framingham" in rows[0].cut_offs[0].reference
    names = ("Control", "Group 1", "Group 2", "Group 3")
    found = Classification(names, (0.8, 0.2, 0.0, 0.0), 15, np.zeros((8, 8), np.uint8), MODEL)
    remarks = [row.remarks for row in evidence_rows(volume, as_measurements(propose_evidence(volume)), found)]
    assert remarks[0] == (
        "proposed by the program", "0 of 2 cut-offs reached", "points the same way as the classifier",
    )  # fmt: skip
    assert remarks[1] == ("proposed by the program", "no cut-off is used")
    assert rows[0].value == pytest.approx(TRUNK_MM, abs=1.0)


def test_rows_from_the_store(tmp_path):
    volume = vessel_volume()
    assert stored_evidence(None, volume) == ()
    with AnnotationStore(tmp_path / "a.sqlite3", author="Ada", daily_backup=False) as store:
        store.open_document(volume.series.series_key, volume.series.patient_key, volume.hu.shape)
        both = dataclasses.replace(as_measurements(propose_evidence(volume))[0], author="Ada")
        store.measurements.put(volume.series.series_key, both)
        rows = stored_evidence(store, volume)
    assert rows[0].remarks == ("measured by Ada", "0 of 2 cut-offs reached")


@pytest.mark.real_data
def test_heart_scan_against_its_report():
    """The report measures across the centre line, we on the axial slice: half a centimetre is a different vessel."""
    report = json.loads(real_data("ct/cardiac_cta/pulmonary_report/pulmonary_report.json").read_text())
    _, series = open_path(real_data("ct/cardiac_cta/aorta_models/ct_cropped.nii.gz"))
    both = as_measurements(propose_evidence(load(series)))[0]
    landmark = report["landmarks"]["3"]
    assert landmark["name"] == "bifurcation"
    assert 10 * landmark["diameter_pd"] - 3 < calipers_mm(both)[0] < 10 * landmark["diameter"] + 3
