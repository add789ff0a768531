"""``ctviewer export``, ``import`` and ``deidentify``: masks in and out without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctviewer.config import paths
from ctviewer.config.preferences import load_preferences
from ctviewer.domain.errors import CTViewerError
from ctviewer.store.annotation_store import AnnotationStore

if TYPE_CHECKING:
    from ctviewer.app.cli import ConsoleProgress
    from ctviewer.domain.volume import Volume
    from ctviewer.services.stored_masks import StoredMask

DONE = 0


def add_exchange_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the three commands to the parser of ``ctviewer``."""
    export = commands.add_parser("export", help="write the mask of a scan for other programs")
    export.add_argument("path", type=Path, metavar="SCAN", help="folder or file with the scan")
    export.add_argument(
        "out", type=Path, nargs="+", metavar="FILE",
        help="the ending chooses the format: .dcm (DICOM SEG), .rtstruct.dcm, .seg.nrrd, .nii.gz, .nii, .nrrd, .mha,"
        " .stl (one file per structure), .csv (statistics)",
    )  # fmt: skip
    export.add_argument("--mask", type=Path, metavar="FILE", help="a mask file; default the mask kept for this scan")
    export.add_argument("--smooth", action="store_true", help="smooth surfaces (STL)")
    export.set_defaults(function=export_mask)

    import_ = commands.add_parser("import", help="put a mask file of another program into the mask of a scan")
    import_.add_argument("path", type=Path, metavar="SCAN")
    import_.add_argument("mask", type=Path, metavar="MASK",
                         help="DICOM SEG or RTSTRUCT, .seg.nrrd, NIfTI, NRRD or MetaImage")  # fmt: skip
    import_.add_argument("--as", dest="renamed", action="append", default=[], metavar="NAME=SEGMENT",
                         help='what a structure becomes, as in --as "Lt Lung=Left lung"; may be repeated')  # fmt: skip
    import_.add_argument("--all", dest="everything", action="store_true",
                         help="also structures that are no known segment")  # fmt: skip
    import_.set_defaults(function=import_mask)

    deidentify = commands.add_parser("deidentify", help="copy a scan and its mask without patient identifiers")
    deidentify.add_argument("path", type=Path, metavar="SCAN")
    deidentify.add_argument("out", type=Path, metavar="DIR", help="existing folder; the copy gets a folder in it")
    deidentify.add_argument("--dates", default="removed", choices=("removed", "shifted"))
    deidentify.add_argument("--no-mask", action="store_true", help="the scan alone")
    deidentify.set_defaults(function=deidentify_study)


def export_mask(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer export``: every file is read back and compared before it replaces another."""
    from ctviewer.services.exporting import export_labels

    volume = _load(options.path, progress)
    mask = _stored(volume) if options.mask is None else _from_file(options.mask, volume)
    for out in options.out:
        written = export_labels(out, mask.labels, volume, mask.segments, mask.model, smooth=options.smooth)
        _print(*map(str, written))
    return DONE


def import_mask(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer import``: one step of the kept mask, which the window can undo."""
    from ctviewer.services.stored_masks import import_into_store

    renamed = dict(_pair(text) for text in options.renamed)
    volume = _load(options.path, progress)
    with _store() as store:
        taken = import_into_store(store, volume, options.mask, renamed, everything=options.everything)
    for name, segment, voxels in taken:
        _print(f"{name} → {segment.name}: {voxels * volume.geometry.voxel_volume_ml:.1f} ml")
    return DONE


def deidentify_study(options: argparse.Namespace, progress: ConsoleProgress) -> int:
    """``ctviewer deidentify``: a copy made from an allow-list."""
    from ctviewer.config.secret import installation_secret
    from ctviewer.domain.pseudonym import Dates
    from ctviewer.services.deidentifying import export_deidentified

    volume = _load(options.path, progress)
    mask = None if options.no_mask else _stored_or_none(volume)
    try:
        done = export_deidentified(
            options.out, volume, installation_secret(paths.deidentification_key()),
            mask.labels if mask is not None else None, mask.segments if mask is not None else (),
            mask.model if mask is not None else None, dates=Dates(options.dates), progress=progress,
        )  # fmt: skip
    finally:
        progress.finish()
    _print(str(done.folder), *done.notes, *([] if done.has_mask or options.no_mask else ["There is no mask to copy."]))
    return DONE


def _load(path: Path, progress: ConsoleProgress) -> Volume:
    from ctviewer.services.study_loading import load, open_path

    try:
        _, series = open_path(path, progress)
        return load(series, progress)
    finally:
        progress.finish()


def _store() -> AnnotationStore:
    author = load_preferences(paths.preferences_path()).preferences.author
    return AnnotationStore(paths.store_path(), author or None, daily_backup=False)


def _stored(volume: Volume) -> StoredMask:
    from ctviewer.services.stored_masks import stored_mask

    with _store() as store:
        return stored_mask(store, volume)


def _stored_or_none(volume: Volume) -> StoredMask | None:
    from ctviewer.services.stored_masks import stored_mask_or_none

    with _store() as store:
        return stored_mask_or_none(store, volume)


def _from_file(path: Path, volume: Volume) -> StoredMask:
    from ctviewer.domain.found_structure import labels_of, targets
    from ctviewer.domain.segment import CHEST_SEGMENTS
    from ctviewer.services.importing import read_mask
    from ctviewer.services.stored_masks import StoredMask

    found = [s for s in read_mask(path, volume).structures if s.region is not None]
    chosen = targets(found, CHEST_SEGMENTS)
    return StoredMask(labels_of(found, chosen, volume.geometry.shape), tuple(chosen), None)


def _pair(text: str) -> tuple[str, str]:
    name, separator, segment = text.partition("=")
    if not separator or not name.strip() or not segment.strip():
        raise CTViewerError(f"“{text}” does not say what becomes what.", 'Write it as in --as "Lt Lung=Left lung".')
    return name.strip(), segment.strip()


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
