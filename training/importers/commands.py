"""``python -m training import luna16 | folder | dicom-seg | accepted``: writes ``cases.json`` and label files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.training_parts import TrainingCase


def add_arguments(commands: Any) -> None:
    """Add the ``import`` command to the command line."""
    parser = commands.add_parser("import", help="turn labelled scans of others into cases to train on")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    luna16 = kinds.add_parser("luna16", help="LUNA16 with its lung masks; left and right are found by geometry")
    luna16.add_argument("folder", type=Path, help="holds subset0, subset1, …")
    luna16.add_argument("--masks", type=Path, help="default seg-lungs-LUNA16 in the folder")
    luna16.set_defaults(read=_luna16)
    folder = kinds.add_parser("folder", help="NIfTI, NRRD, MHA or MHD scans and masks")
    folder.add_argument("folder", type=Path, help="scans; masks beside them are named SCAN_seg")
    folder.add_argument("--labels", type=Path, help="folder of masks with the names of the scans")
    folder.add_argument("--map", nargs="*", default=[], metavar="VALUE=LABEL", help="1 left, 2 right lung, 3 trachea")
    folder.set_defaults(read=_folder)
    seg = kinds.add_parser("dicom-seg", help="CT series and DICOM Segmentation objects")
    seg.add_argument("folder", type=Path, help="CT series")
    seg.add_argument("--segmentations", type=Path, help="default the same folder")
    seg.set_defaults(read=_dicom_seg)
    accepted = kinds.add_parser("accepted", help="cases accepted in the window")
    accepted.add_argument("--store", type=Path, help="annotation store, default that of the program")
    accepted.set_defaults(read=_accepted)
    for kind in (luna16, folder, seg, accepted):
        kind.add_argument("--out", type=Path, required=True, help="folder for cases.json and the labels")
        kind.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from training.case_list import CASES_NAME, write_cases

    read: Callable[[argparse.Namespace], list[TrainingCase]] = options.read
    try:
        for name in ("folder", "masks", "labels", "segmentations"):
            _check_exists(getattr(options, name, None))
        cases = read(options)
        if not cases:
            raise TrainingError("None of the scans could be used.", "The warnings above say why.")
        options.out.mkdir(parents=True, exist_ok=True)
        write_cases(options.out / CASES_NAME, cases)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    patients = len({case.patient_key for case in cases})
    sys.stdout.write(f"{len(cases)} case(s) of {patients} patient(s) in {options.out / CASES_NAME}\n")
    return 0


def _check_exists(folder: Path | None) -> None:
    if folder is not None and not folder.exists():
        raise TrainingError(f"There is no folder {folder}.")


def _luna16(options: argparse.Namespace) -> list[TrainingCase]:
    from training.importers.luna16 import import_luna16

    return import_luna16(options.folder, options.out, options.masks)


def _folder(options: argparse.Namespace) -> list[TrainingCase]:
    from training.importers.folders import import_folder

    return import_folder(options.folder, options.out, options.labels, _mapping(options.map))


def _dicom_seg(options: argparse.Namespace) -> list[TrainingCase]:
    from training.importers.folders import import_dicom_seg

    return import_dicom_seg(options.folder, options.out, options.segmentations)


def _accepted(options: argparse.Namespace) -> list[TrainingCase]:
    from ctviewer.config.paths import store_path
    from training.importers.accepted import import_accepted

    return import_accepted(options.store or store_path(), options.out)


def _mapping(pairs: list[str]) -> dict[int, int] | None:
    try:
        mapping = {int(value): int(label) for value, _, label in (pair.partition("=") for pair in pairs)}
    except ValueError:
        raise TrainingError(f"--map {' '.join(pairs)} is not understood.", "Write --map 3=1 4=2 5=3.") from None
    if not all(0 < value < 256 and 0 <= label < 256 for value, label in mapping.items()):
        raise TrainingError("--map takes values from 1 to 255.")
    return mapping or None
