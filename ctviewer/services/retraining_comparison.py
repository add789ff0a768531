"""Base model against candidate: the table, what got worse beyond noise, and whether that may be overruled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan, nan, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.model_version import ModelVersion

NOISE = 0.005
"""Loss of mean Dice that is always taken for noise: about what another seed changes."""
NOISE_OF_ONE = 0.01
"""The same where a single patient measures, so that nothing is known about the spread."""
FAILURE = 0.05
"""Loss of Dice in a single case that no average excuses."""
SWAPPED_ML = 5.0
"""More lung on the wrong side than this is an objection."""
SHORTEST_REASON = 10
"""Characters of the words by which a doctor overrules objections."""
_T_95 = (nan, 12.7, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
"""Student's t for a two-sided 95 % interval by degrees of freedom; 2 beyond."""
PICTURES_FOLDER = "worst_slices"
PROMOTION_FILE = "promotion.json"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One structure of the before/after table; Dice 0 to 1, distances in mm, NaN where not measured."""

    structure: str
    before: float
    after: float
    hd95_before_mm: float = nan
    hd95_after_mm: float = nan
    is_worse: bool = False


@dataclass(frozen=True, slots=True)
class WorstSlice:
    """Picture of a slice where the candidate is most wrong."""

    path: Path
    k: int


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a candidate should not replace the base model.

    Parameters
    ----------
    kind
        ``"mean"`` (a structure lost beyond noise), ``"case"`` (one case lost much) or ``"sides"`` (lung on the wrong
        side).
    structure
        Key of the structure; empty for ``"sides"``.
    amount
        Lost Dice, or millilitres on the wrong side.
    """

    kind: str
    structure: str
    amount: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Base model against candidate on the same held-out cases.

    Parameters
    ----------
    rows
        One per structure and one for the mean.
    n_cases, n_patients
        Size of the hold-out; 0 means nothing could be measured.
    objections
        What speaks against promotion; empty if nothing.
    worst
        Pictures, the worst slice first.
    """

    rows: tuple[ComparisonRow, ...]
    n_cases: int
    n_patients: int
    objections: tuple[Objection, ...] = ()
    worst: tuple[WorstSlice, ...] = field(default=())


def comparison_of(candidate: ModelVersion, run_dir: Path | None = None) -> Comparison:
    """Before/after table of a retrained model, from what its manifest says about the held-out cases.

    Both models segmented the whole scans, post-processing included. Where the memory did not suffice for that, the
    figures are those of the training run: the same slices at the network's resolution, pooled over all of them.

    Parameters
    ----------
    run_dir
        Folder of the run; has the pictures.
    """
    metrics, held_out = candidate.manifest.metrics, candidate.manifest.provenance.get("holdout", [])
    structures = [s.key for s in candidate.manifest.segments]
    patients = len({case["patient_key"] for case in held_out})
    native = metrics.get("comparison") or {}
    if not native.get("cases"):
        before, after = metrics.get("base_holdout", {}), metrics.get("holdout", {})
        rows = [_row(name, _pooled_dice(before, name), _pooled_dice(after, name)) for name in [*structures, "mean"]]
        objections = [Objection("mean", r.structure, r.before - r.after) for r in rows[:-1] if r.is_worse]
        return Comparison(tuple(rows), len(held_out), patients, tuple(objections))
    cases = list(native["cases"].values())
    objections = objections_to(cases, structures)
    lost = {o.structure for o in objections if o.kind == "mean"}
    rows = [_native_row(name, cases, is_worse=name in lost) for name in structures]
    rows.append(ComparisonRow("mean", _mean([r.before for r in rows]), _mean([r.after for r in rows])))
    return Comparison(tuple(rows), len(cases), patients, tuple(objections), _pictures(native["pictures"], run_dir))


def objections_to(cases: Sequence[Mapping[str, Any]], structures: Sequence[str]) -> list[Objection]:
    """What got worse beyond noise.

    Parameters
    ----------
    cases
        ``patient``, ``base`` and ``candidate`` with ``dice`` per structure and ``side_swapped_ml``.
    """
    found = []
    for structure in structures:
        losses = _losses(cases, structure)
        if not losses:
            continue
        per_patient = [fmean(values) for values in losses.values()]
        if fmean(per_patient) > noise_of(per_patient):
            found.append(Objection("mean", structure, fmean(per_patient)))
        worst = max(max(values) for values in losses.values())
        if worst > FAILURE:
            found.append(Objection("case", structure, worst))
    swapped = sum(float(c["candidate"]["side_swapped_ml"]) - float(c["base"]["side_swapped_ml"]) for c in cases)
    if swapped > SWAPPED_ML:
        found.append(Objection("sides", "", swapped))
    return found


def noise_of(losses: Sequence[float]) -> float:
    """How much mean Dice may be lost before it counts: half the 95 % interval over patients, at least `NOISE`."""
    if len(losses) < 2:
        return NOISE_OF_ONE
    freedom = len(losses) - 1
    t = _T_95[freedom] if freedom < len(_T_95) else 2.0
    # Wide intervals of two or three patients must not excuse everything.
    return min(max(NOISE, t * stdev(losses) / sqrt(len(losses))), FAILURE)


def check_promotion(comparison: Comparison | None, reason: str) -> None:
    """Refuse to promote against objections, unless a reason is given in words.

    Raises
    ------
    TrainingError
        If there are objections and no reason.
    """
    if comparison is None or not comparison.objections or len(reason.strip()) >= SHORTEST_REASON:
        return
    raise TrainingError(
        "The new model is worse than the old one in something that matters, so it was not promoted.",
        "Keep the old model, or say in words why the new one should be used anyway.",
    )


def record_promotion(
    run_dir: Path, candidate: ModelVersion, comparison: Comparison | None, reason: str, by: str
) -> None:
    """Write into the run folder who promoted the candidate, and against which objections."""
    objections = [] if comparison is None else comparison.objections
    document = {
        "model": candidate.ref,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "reason": reason.strip(),
        "objections": [{"kind": o.kind, "structure": o.structure, "amount": round(o.amount, 4)} for o in objections],
    }
    atomic_write_bytes(run_dir / PROMOTION_FILE, json.dumps(document, indent=1, ensure_ascii=False).encode())


def _pictures(listed: Sequence[Mapping[str, Any]], run_dir: Path | None) -> tuple[WorstSlice, ...]:
    if run_dir is None:
        return ()
    found = (WorstSlice(run_dir / PICTURES_FOLDER / str(p["file"]), int(p["slice"])) for p in listed)
    return tuple(worst for worst in found if worst.path.exists())


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not isnan(value)]
    return fmean(known) if known else nan


def _losses(cases: Sequence[Mapping[str, Any]], structure: str) -> dict[str, list[float]]:
    """Lost Dice per patient, for cases in which both models were measured."""
    losses: dict[str, list[float]] = {}
    for case in cases:
        before, after = (case[side]["dice"].get(structure) for side in ("base", "candidate"))
        if before is not None and after is not None:
            losses.setdefault(str(case["patient"]), []).append(float(before) - float(after))
    return losses


def _native_row(structure: str, cases: Sequence[Mapping[str, Any]], *, is_worse: bool) -> ComparisonRow:
    def mean(side: str, figure: str) -> float:
        values = [float(case[side][figure][structure]) for case in cases if structure in case[side][figure]]
        return fmean(values) if values else nan

    return ComparisonRow(
        structure,
        mean("base", "dice"),
        mean("candidate", "dice"),
        mean("base", "hd95_mm"),
        mean("candidate", "hd95_mm"),
        is_worse,
    )


def _row(structure: str, before: float, after: float) -> ComparisonRow:
    return ComparisonRow(structure, before, after, is_worse=before - after > NOISE_OF_ONE)


def _pooled_dice(figures: Mapping[str, Any], structure: str) -> float:
    value = figures.get(f"pooled_{structure}_dice")
    return nan if value is None else float(value)
