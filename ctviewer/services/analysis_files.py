"""The files an analysis leaves in its folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes, flush_folder, remove_leftovers, write_error
from ctviewer.domain.errors import CTViewerError, ExportRefusedError
from ctviewer.domain.prediction import Prediction
from ctviewer.domain.report import Report
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_seg import write_dicom_seg
from ctviewer.io.dicom_sr import write_dicom_sr, write_encapsulated_pdf
from ctviewer.io.mask_images import write_labels
from ctviewer.services.analysis_record import describe_model
from ctviewer.services.report_files import write_csv
from ctviewer.services.report_html import render_html
from ctviewer.services.structure_statistics import structure_volumes_ml

SEGMENTATION_NIFTI = "segmentation.nii.gz"
SEGMENTATION_DICOM = "segmentation.dcm"
RECORD = "report.json"
PAGE_HTML = "report.html"
PAGE_PDF = "report.pdf"
PAGE_DICOM = "report_pdf.dcm"
FIGURES_CSV = "figures.csv"
FIGURES_DICOM = "figures_sr.dcm"
RESULTS = (
    SEGMENTATION_NIFTI, SEGMENTATION_DICOM, PAGE_HTML, PAGE_PDF, PAGE_DICOM, FIGURES_CSV, FIGURES_DICOM, RECORD,
)  # fmt: skip
"""In the order in which they are put in place."""

_UNFINISHED = ".unfinished-"


def prepare_folder(out_dir: Path) -> None:
    """Make the folder and find out now, not after minutes of computing, whether it can be written."""
    probe = out_dir / ".ctviewer-write-test"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
        remove_leftovers(out_dir, f"{_UNFINISHED}*")
    except (FileExistsError, NotADirectoryError) as error:
        raise CTViewerError(f"{out_dir} is a file, not a folder.", "Choose another folder for the results.") from error
    except OSError as error:
        raise write_error(out_dir / RECORD, error) from error


@contextlib.contextmanager
def new_results(out_dir: Path) -> Iterator[Path]:
    """A folder to write results into; they replace those of a former run in ``out_dir`` when all of them are there."""
    try:
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=out_dir))
    except OSError as error:
        raise write_error(out_dir / RECORD, error) from error
    try:
        yield unfinished
        _publish(unfinished, out_dir)
    except OSError as error:
        raise write_error(out_dir / RECORD, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _publish(unfinished: Path, out_dir: Path) -> None:
    # Without the record the folder counts as unfinished: away first, in place last, whenever the program is killed.
    (out_dir / RECORD).unlink(missing_ok=True)
    for name in RESULTS:
        if (unfinished / name).exists():
            (unfinished / name).replace(out_dir / name)
        elif name != RECORD:  # a result of another scan must not stay beside the new report
            (out_dir / name).unlink(missing_ok=True)
    flush_folder(out_dir)


def files_sha256(folder: Path) -> dict[str, str]:
    """SHA-256 of each result in a folder by its name, the record left out."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in RESULTS
        if name != RECORD and (folder / name).exists()
    }


def write_record(out_dir: Path, record: dict[str, Any]) -> None:
    """Write ``report.json``, the last file: where it is, the analysis was finished."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    atomic_write_bytes(out_dir / RECORD, text.encode())


def write_segmentation(
    out_dir: Path, volume: Volume, prediction: Prediction | None, reason: CTViewerError | None
) -> tuple[dict[str, Any], dict[str, float]]:
    """Write the mask in both forms; returns what ``report.json`` says of it, and ml by structure."""
    if prediction is None:
        return {"applicable": False, "reason": str(reason)}, {}
    write_labels(out_dir / SEGMENTATION_NIFTI, prediction.labels, volume)
    part: dict[str, Any] = {
        "applicable": True,
        "model": describe_model(prediction.model),
        "device": prediction.device,
        "notes": list(prediction.notes),
        "labels": {str(s.label): s.key for s in prediction.segments},
        "nifti": SEGMENTATION_NIFTI,
        "dicom": SEGMENTATION_DICOM,
    }
    try:
        write_dicom_seg(
            out_dir / SEGMENTATION_DICOM, prediction.labels, volume, prediction.segments, prediction.model, "AUTOMATIC"
        )
    except ExportRefusedError as error:
        part["dicom"] = None
        part["no_dicom_because"] = error.message
    volumes = structure_volumes_ml(prediction.labels, volume, prediction.segments)
    return part, {key: round(float(ml), 2) for key, ml in volumes.items()}


def write_report_files(
    out_dir: Path, report: Report, volume: Volume, language: str, print_pdf: Callable[[str], bytes] | None
) -> list[str]:
    """Write page and figures in every form that is possible; returns the names of the files."""
    page = render_html(report, language)
    atomic_write_bytes(out_dir / PAGE_HTML, page.encode())
    write_csv(out_dir / FIGURES_CSV, report)
    written = [PAGE_HTML, FIGURES_CSV]
    pdf = print_pdf(page) if print_pdf is not None else b""
    if pdf:
        atomic_write_bytes(out_dir / PAGE_PDF, pdf)
        written.append(PAGE_PDF)
    with contextlib.suppress(ExportRefusedError):  # why there is no DICOM is said with the segmentation
        write_dicom_sr(out_dir / FIGURES_DICOM, report, volume)
        written.append(FIGURES_DICOM)
        if pdf:
            write_encapsulated_pdf(out_dir / PAGE_DICOM, pdf, volume)
            written.append(PAGE_DICOM)
    return written
