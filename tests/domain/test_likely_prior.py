"""Which series is offered to compare a scan with."""

from dataclasses import replace

from ctviewer.domain.likely_prior import likely_prior
from ctviewer.domain.study import PatientInfo, SeriesRef, StudyIndex
from tests.support.volumes import volume


def series(uid: str, date: str, patient: str = "P-1") -> SeriesRef:
    plain = volume(uid=uid).series
    return replace(plain, study_uid=uid, study_date=date, patient=PatientInfo(patient_id=patient))


def test_likely_prior_is_the_last_earlier_study_of_the_patient():
    current = series("1.1", "20240102")
    older, old, later = (series(u, d) for u, d in (("2", "20200101"), ("3", "20230101"), ("4", "20250101")))
    stranger = series("5", "20231231", "P-9")
    same_study = replace(series("6", "20240102"), study_uid="1.1")
    root = current.paths[0]
    assert likely_prior(StudyIndex(root, (current, same_study, older, later, stranger, old)), current) is old
    assert likely_prior(StudyIndex(root, (current, later, same_study)), current) is later
    assert likely_prior(StudyIndex(root, (current, same_study)), current) is same_study
    assert likely_prior(StudyIndex(root, (current, stranger)), current) is None
