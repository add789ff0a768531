"""Folds in which no patient is on both sides."""

from __future__ import annotations

from collections.abc import Sequence

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import TrainingCase


def patient_folds(cases: Sequence[TrainingCase], count: int, sizes: dict[str, int] | None = None) -> list[list[str]]:
    """Split patients into folds of about equal size.

    The largest patients are placed first, each into the fold with the fewest slices so far, so that the folds are
    balanced and the split depends on nothing but the cases.

    Parameters
    ----------
    cases
        All cases.
    count
        Number of folds.
    sizes
        Slices per case id; every case counts 1 where None.

    Returns
    -------
    list of list of str
        Case ids held out in each fold.

    Raises
    ------
    TrainingError
        If there are fewer patients than folds.
    """
    patients: dict[str, list[str]] = {}
    for case in cases:
        patients.setdefault(case.patient_key, []).append(case.case_id)
    if not 2 <= count <= len(patients):
        raise TrainingError(f"{len(patients)} patient(s) cannot be split into {count} folds.")

    def size_of(patient: str) -> int:
        return sum(1 if sizes is None else sizes[case_id] for case_id in patients[patient])

    folds: list[list[str]] = [[] for _ in range(count)]
    filled = [0] * count
    for patient in sorted(patients, key=lambda p: (-size_of(p), p)):
        smallest = min(range(count), key=lambda n: (filled[n], len(folds[n]), n))
        folds[smallest] += patients[patient]
        filled[smallest] += size_of(patient)
    return folds
