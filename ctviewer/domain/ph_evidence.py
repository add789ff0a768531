"""Measured diameters beside published cut-offs, and how they stand to the classifier. Figures, never a diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole, calipers_mm
from ctviewer.domain.prediction import Classification


class EvidenceKey(StrEnum):
    """What was measured."""

    TRUNK = "pulmonary trunk"
    AORTA = "ascending aorta"
    TRUNK_TO_AORTA = "trunk to aorta"
    RIGHT_ARTERY = "right pulmonary artery"
    LEFT_ARTERY = "left pulmonary artery"
    VENTRICLES = "right to left ventricle"


@dataclass(frozen=True, slots=True)
class CutOff:
    """A published limit.

    Parameters
    ----------
    limit, includes_limit
        The value reaches it from ``limit`` on, or only above it.
    source, reference
        Short and full citation.
    sex
        ``"M"`` or ``"F"`` where it holds for one sex only.
    """

    limit: float
    source: str
    reference: str
    sex: str = ""
    includes_limit: bool = field(kw_only=True)

    def is_reached(self, value: float) -> bool:
        """Whether a value is as large as the cut-off asks for."""
        return value >= self.limit if self.includes_limit else value > self.limit

    @property
    def text(self) -> str:
        """Sign and number, ``"≥ 29"``."""
        return f"{'≥' if self.includes_limit else '>'} {self.limit:g}"


_TRUONG = (
    "Truong QA et al. Reference values for normal pulmonary artery dimensions by noncontrast cardiac CT: the Framingham"
    " Heart Study. Circ Cardiovasc Imaging 2012;5:147–154. 90th percentile of 706 healthy persons."
)
_NG = (
    "Ng CS, Wells AU, Padley SPG. A CT sign of chronic pulmonary arterial hypertension: the ratio of main pulmonary"
    " artery to aortic diameter. J Thorac Imaging 1999;14:270–278. For mPAP above 20 mmHg in 50 patients:"
    " sensitivity 70 %, specificity 92 %."
)
_ESC = (
    "Humbert M et al. 2022 ESC/ERS guidelines for the diagnosis and treatment of pulmonary hypertension. Eur Heart J"
    " 2022;43:3618–3731. One of several CT signs that count together."
)
_HANMANDLU = (
    "Hanmandlu A et al. Diagnostic and prognostic value of RV strain defined as RV/LV ratio on chest CT in acute"
    " pulmonary embolism: a systematic review. Echocardiography 2025, doi 10.1111/echo.70107. A sign of strain, not"
    " of pressure: 64 % of 862 consecutive patients had 1.0 or more (doi 10.1097/RTI.0000000000000547)."
)

CUT_OFFS: dict[EvidenceKey, tuple[CutOff, ...]] = {
    EvidenceKey.TRUNK: (
        CutOff(29, "Truong 2012", _TRUONG, "M", includes_limit=True),
        CutOff(27, "Truong 2012", _TRUONG, "F", includes_limit=True),
        CutOff(30, "ESC/ERS 2022", _ESC, includes_limit=True),
    ),
    EvidenceKey.TRUNK_TO_AORTA: (
        CutOff(0.9, "Truong 2012", _TRUONG, includes_limit=False),
        CutOff(1.0, "Ng 1999", _NG, includes_limit=False),
    ),
    EvidenceKey.VENTRICLES: (CutOff(1.0, "Hanmandlu 2025", _HANMANDLU, includes_limit=False),),
}
"""Limits by quantity. For the right and left pulmonary artery none is used."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured value with the cut-offs that apply.

    Parameters
    ----------
    value, unit
        ``unit`` is ``"mm"``, or empty for a ratio. Rounded to what is shown (0.1 mm, 0.01), so that a value that reads
        like a cut-off is judged like it.
    measurement
        Where it was measured.
    """

    key: EvidenceKey
    value: float
    unit: str
    cut_offs: tuple[CutOff, ...]
    measurement: Measurement


class Agreement(StrEnum):
    """How the cut-offs stand to the classifier."""

    UNKNOWN = "unknown"
    """No classification, or no value with a cut-off."""
    SAME_WAY = "same way"
    DIFFERENT_WAYS = "different ways"
    DIVIDED = "divided"
    """Some cut-offs are reached and some are not."""


def gather(measurements: Iterable[Measurement], sex: str = "") -> tuple[Evidence, ...]:
    """Values of the measurements that have a role; of several with one role the newest counts.

    Parameters
    ----------
    sex
        ``"M"`` or ``"F"`` as DICOM writes it; anything else keeps the cut-offs of both.
    """
    by_role = {m.role: m for m in measurements if m.role is not MeasurementRole.NONE}
    found: list[Evidence] = []
    for role, measurement in by_role.items():
        values = _values(role, measurement)
        found += [Evidence(k, round(v, 1 if u else 2), u, _applying(k, sex), measurement) for k, v, u in values]
    order = list(EvidenceKey)
    return tuple(sorted(found, key=lambda e: order.index(e.key)))


def reached(evidence: Iterable[Evidence]) -> tuple[int, int]:
    """How many cut-offs are reached, and of how many; one that holds for the other sex only is not among them."""
    judged = [c.is_reached(e.value) for e in evidence for c in e.cut_offs]
    return (sum(judged), len(judged))


def elevated_probability(classification: Classification | None) -> float | None:
    """Probability of all classes but the first, which is the control class; None without a classification."""
    return None if classification is None else float(sum(classification.probabilities[1:]))


def agreement(evidence: Sequence[Evidence], elevated_probability: float | None) -> Agreement:
    """How the measured values stand to the classifier.

    Parameters
    ----------
    elevated_probability
        See `elevated_probability`.
    """
    count, total = reached(evidence)
    if elevated_probability is None or total == 0:
        return Agreement.UNKNOWN
    if 0 < count < total:
        return Agreement.DIVIDED
    return Agreement.SAME_WAY if (count > 0) == (elevated_probability >= 0.5) else Agreement.DIFFERENT_WAYS


def _values(role: MeasurementRole, measurement: Measurement) -> list[tuple[EvidenceKey, float, str]]:
    wanted = MeasurementKind.RATIO if role in _RATIOS else MeasurementKind.LENGTH
    if measurement.kind is not wanted:
        return []
    lines = calipers_mm(measurement)
    if wanted is MeasurementKind.LENGTH:
        return [(_LENGTHS[role], lines[0], "mm")]
    ratio = [(_RATIOS[role], lines[0] / lines[1], "")] if lines[1] > 0 else []
    if role is MeasurementRole.VENTRICLES:
        return ratio
    return [(EvidenceKey.TRUNK, lines[0], "mm"), (EvidenceKey.AORTA, lines[1], "mm"), *ratio]


def _applying(key: EvidenceKey, sex: str) -> tuple[CutOff, ...]:
    known = sex.upper() if sex.upper() in ("M", "F") else ""
    return tuple(c for c in CUT_OFFS.get(key, ()) if not (known and c.sex and c.sex != known))


_RATIOS = {
    MeasurementRole.TRUNK_TO_AORTA: EvidenceKey.TRUNK_TO_AORTA,
    MeasurementRole.VENTRICLES: EvidenceKey.VENTRICLES,
}
_LENGTHS = {
    MeasurementRole.RIGHT_PULMONARY_ARTERY: EvidenceKey.RIGHT_ARTERY,
    MeasurementRole.LEFT_PULMONARY_ARTERY: EvidenceKey.LEFT_ARTERY,
}
