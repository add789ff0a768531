"""The demo study: a synthetic chest CT in DICOM, written once and then reused."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ctviewer.config import paths
from ctviewer.config.atomic import check_free_space, write_error
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from ctviewer.io.phantom import PhantomGrid, thorax_phantom

DEMO_FOLDER_NAME = "synthetic-thorax-2"
"""Holds the version of the phantom's formulas, so that a new program version does not reuse an old study."""


def demo_study(
    directory: Path | None = None,
    grid: PhantomGrid | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Path:
    """Folder with the synthetic chest CT as a DICOM series; written on the first call.

    Parameters
    ----------
    directory
        Where the study's folder is put; default the user's data folder.
    grid
        Voxel grid; default that of `ctviewer.io.phantom.PhantomGrid`. Another grid gets a folder of its own.

    Raises
    ------
    StoreError
        If it cannot be written; nothing half-written is left under its name.
    OperationCancelled
        If asked to stop.
    """
    grid = grid or PhantomGrid()
    parent = paths.demo_dir() if directory is None else directory
    folder = parent / _folder_name(grid)
    if folder.is_dir():
        return folder
    phantom = thorax_phantom(
        grid, progress=lambda p: progress(Progress(p.fraction * 90, 100, p.message)), cancel=cancel
    )
    try:
        parent.mkdir(parents=True, exist_ok=True)
        check_free_space(folder, 2 * phantom.hu.size + 4096 * grid.shape[0])
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=parent))
    except OSError as error:
        raise write_error(folder, error) from error
    try:
        write_ct_series(
            partial,
            phantom.hu,
            phantom.geometry,
            SeriesHeader(uid_seed=f"ctviewer demo {folder.name}"),
            progress=lambda p: progress(Progress(90 + p.fraction * 10, 100, p.message)),
            cancel=cancel,
        )
        partial.chmod(0o755)
        if not folder.is_dir():  # another window may have been faster
            os.rename(partial, folder)  # noqa: PTH104 - must fail, not merge, if the name is taken
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _folder_name(grid: PhantomGrid) -> str:
    if grid == PhantomGrid():
        return DEMO_FOLDER_NAME
    numbers = (*grid.shape, *grid.spacing_mm, *grid.center_mm)
    return DEMO_FOLDER_NAME + "-" + "x".join(f"{n:g}" for n in numbers)
