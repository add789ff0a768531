"""What a collection holds and how methods compare, as plain rows for files and cards."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from training.ph.data import PhCollection
from training.ph.folds import grouped_folds
from training.ph.layout import CLASS_FOLDERS

FOLDS, SPLIT_SEED = 5, 0
"""The published split: ``grouped_folds(classes, groups, FOLDS, SPLIT_SEED)``."""


def collection_summary(data: PhCollection) -> dict[str, Any]:
    """Counts, exclusions, repairs and duplicates of a collection, ready for JSON."""
    across = [p for p in data.pairs if data.groups_before[p.first] != data.groups_before[p.second]]
    return {
        "pictures": len(data.names),
        "classes": data.counts(),
        "patient_groups": len(set(data.groups.tolist())),
        "patient_groups_in_file": len(set(data.groups_before.tolist())),
        "excluded": {e.name: e.reason for e in data.excluded},
        "coloured_marks_filled": list(data.repaired),
        "identical_pictures": [[data.names[p.first], data.names[p.second]] for p in data.pairs if p.identical],
        "alike_pairs": len(data.pairs),
        "alike_pairs_across_file_groups": len(across),
        "contradicting_pairs": [
            [data.names[p.first], data.names[p.second], round(p.correlation, 3)] for p in data.contradictions
        ],
    }


def write_split(data: PhCollection, path: Path) -> None:
    """CSV with class, file, merged group and fold of every used picture."""
    folds = grouped_folds(data.classes, data.groups, FOLDS, SPLIT_SEED)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["class", "file", "patient_group", "fold"])
        for row, name in enumerate(data.names):
            folder, _, picture = name.partition("/")
            writer.writerow([folder, picture, int(data.groups[row]), int(folds[row])])


def comparison_row(name: str, title: str, protocol: str, scores: dict[str, Any]) -> dict[str, Any]:
    """The figures of one method under one protocol that a table shows."""
    keys = ("accuracy", "macro_recall", "quadratic_kappa", "ph_yes_no_auc", "log_loss", "calibration_error")
    return {"method": name, "title": title, "protocol": protocol, **{k: round(scores[k], 4) for k in keys}}


def class_names() -> tuple[str, ...]:
    """Names of the classes as shown to people, in rising order of mean pulmonary artery pressure."""
    return tuple(folder.replace("Group", "Group ") for folder in CLASS_FOLDERS)
