"""Cut-offs by sex, which values reach them, and how they stand to the classifier."""

import pytest

from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole
from ctviewer.domain.ph_evidence import Agreement, EvidenceKey, agreement, gather, reached
from ctviewer.domain.planes import Plane


def lines(role, *lengths_mm, number="m"):
    points = tuple(p for mm in lengths_mm for p in ((0.0, 0.0, 0.0), (mm, 0.0, 0.0)))
    kind = MeasurementKind.LENGTH if len(lengths_mm) == 1 else MeasurementKind.RATIO
    return Measurement(number, kind, Plane.AXIAL, points, role=role)


def both(trunk_mm, aorta_mm):
    return lines(MeasurementRole.TRUNK_TO_AORTA, trunk_mm, aorta_mm)


def by_key(evidence):
    return {item.key: item for item in evidence}


def test_trunk_aorta_and_ratio_come_from_one_measurement():
    found = by_key(gather([both(31.0, 25.0)]))
    assert [(k.value, e.value, e.unit) for k, e in found.items()] == [
        ("pulmonary trunk", 31.0, "mm"), ("ascending aorta", 25.0, "mm"), ("trunk to aorta", 1.24, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("sex", "limits"), [("M", [29, 30]), ("F", [27, 30]), ("", [29, 27, 30]), ("O", [29, 27, 30])])
def test_cut_offs_of_the_trunk_follow_the_sex(sex, limits):
    trunk = by_key(gather([both(28.0, 30.0)], sex))[EvidenceKey.TRUNK]
    assert [c.limit for c in trunk.cut_offs] == limits
    assert all(c.reference for c in trunk.cut_offs)


@pytest.mark.parametrize(
    ("trunk_mm", "aorta_mm", "sex", "expected"),
    [
        (29.0, 40.0, "M", (1, 4)),
        (28.9, 40.0, "M", (0, 4)),
        (28.96, 40.0, "M", (1, 4)),  # shown as 29.0
        (27.0, 40.0, "F", (1, 4)),
        (30.0, 33.33, "M", (2, 4)),  # 0.90 is not above 0.9
        (30.0, 30.0, "M", (3, 4)),  # 1.00 is not above 1
        (33.0, 30.0, "M", (4, 4)),
    ],
)
def test_limits_themselves(trunk_mm, aorta_mm, sex, expected):
    assert reached(gather([both(trunk_mm, aorta_mm)], sex)) == expected


def test_right_and_left_artery_have_no_cut_off():
    found = gather([lines(MeasurementRole.RIGHT_PULMONARY_ARTERY, 40.0),
                    lines(MeasurementRole.LEFT_PULMONARY_ARTERY, 40.0)])  # fmt: skip
    assert [e.cut_offs for e in found] == [(), ()]
    assert agreement(found, 0.9) is Agreement.UNKNOWN


def test_ventricles_are_a_ratio():
    (found,) = gather([lines(MeasurementRole.VENTRICLES, 42.0, 40.0)])
    assert (found.key, found.value, reached([found])) == (EvidenceKey.VENTRICLES, 1.05, (1, 1))


def test_the_newest_of_a_role_counts_and_the_rest_is_left_out():
    plain = Measurement("p", MeasurementKind.LENGTH, Plane.AXIAL, ((0.0, 0.0, 0.0), (99.0, 0.0, 0.0)))
    found = by_key(gather([both(20.0, 30.0), plain, both(25.0, 30.0)]))
    assert found[EvidenceKey.TRUNK].value == 25.0
    wrong = Measurement("w", MeasurementKind.LENGTH, Plane.AXIAL, plain.points_lps, role=MeasurementRole.VENTRICLES)
    assert gather([plain, wrong]) == ()


@pytest.mark.parametrize(
    ("trunk_mm", "probability", "expected"),
    [
        (35.0, 0.8, Agreement.SAME_WAY),
        (35.0, 0.2, Agreement.DIFFERENT_WAYS),
        (20.0, 0.2, Agreement.SAME_WAY),
        (20.0, 0.8, Agreement.DIFFERENT_WAYS),
        (29.5, 0.8, Agreement.DIVIDED),
        (35.0, None, Agreement.UNKNOWN),
    ],
)
def test_agreement(trunk_mm, probability, expected):
    assert agreement(gather([both(trunk_mm, 30.0)], "M"), probability) is expected
    assert agreement((), probability) is Agreement.UNKNOWN
