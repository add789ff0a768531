"""Pulmonary-hypertension class of a chest CT: choose the slice, draw it like the training pictures, classify, explain.

The result is a research figure about one slice, never a diagnosis. Importing this module does not load torch.
"""

from __future__ import annotations

import contextlib
import time

import numpy as np
from scipy import ndimage
from skimage.transform import resize

from ctviewer.domain.arrays import AnyArray, FloatArray, LabelArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.ph_fitness import check_slice, check_volume, shown_number
from ctviewer.domain.prediction import Classification
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.thorax_picture import PH_WINDOW, GreyPicture, find_thorax, thorax_picture
from ctviewer.domain.trunk_level import TrunkLevel, find_trunk_level
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import grey_levels
from ctviewer.store.model_registry import ModelRegistry

KIND = "classification"
PICTURE_SHORT_SIDE_PX = 360
"""Short side of the training screen shots."""

FED_SIZE_PX = 160
NEIGHBOUR_MM = 5.0
OFF_LEVEL_MM = 15.0

_BODY_HU = -300
_COUCH_MM = 6.0
_RIM_MM = 8.0


def render_ph_image(volume: Volume, k: int) -> GreyPicture:
    """Slice ``k`` as a picture like those of the training collection.

    Mediastinal window, square pixels, cropped to the patient (no couch), anterior up and the patient's left on the
    right, short side `PICTURE_SHORT_SIDE_PX`.

    Raises
    ------
    NotApplicableError
        If the slice shows no body.
    """
    _, dj, di = volume.geometry.spacing_mm
    section = volume.hu[k]
    body = ndimage.binary_opening(section > _BODY_HU, iterations=max(1, round(_COUCH_MM / 2 / min(dj, di))))
    parts, count = ndimage.label(body)
    if count == 0:
        raise NotApplicableError(f"Slice {shown_number(volume, k)} shows no body.", "Choose a slice through the chest.")
    largest = parts == 1 + int(np.argmax(np.bincount(parts.ravel(), minlength=count + 1)[1:]))
    rows, columns = np.nonzero(largest)
    top, bottom = _with_rim(rows, section.shape[0], dj)
    left, right = _with_rim(columns, section.shape[1], di)
    grey = grey_levels(section[top:bottom, left:right], PH_WINDOW)
    height_mm, width_mm = (bottom - top) * dj, (right - left) * di
    scale = PICTURE_SHORT_SIDE_PX / min(height_mm, width_mm)
    shape = (max(1, round(height_mm * scale)), max(1, round(width_mm * scale)))
    drawn = resize(grey, shape, order=1, preserve_range=True, anti_aliasing=max(dj, di) * scale < 1)
    return np.asarray(np.clip(drawn + 0.5, 0, 255), dtype=np.uint8)


def _with_rim(indices: AnyArray, length: int, spacing_mm: float) -> tuple[int, int]:
    rim = round(_RIM_MM / spacing_mm)
    return max(0, int(indices.min()) - rim), min(length, int(indices.max()) + 1 + rim)


def fed_picture(volume: Volume, k: int) -> GreyPicture:
    """The picture of slice ``k`` the classifier sees: the thorax alone, `FED_SIZE_PX` square.

    Raises
    ------
    NotApplicableError
        If no thorax is found on the slice.
    """
    picture = render_ph_image(volume, k)
    thorax = find_thorax(picture)
    if thorax is None:
        raise NotApplicableError(
            f"Slice {shown_number(volume, k)} was not classified: the outline of the chest was not found on it.",
            "Choose a slice through the pulmonary trunk with aerated lungs on both sides.",
        )
    return thorax_picture(picture, thorax, FED_SIZE_PX)


def classify_volume(
    volume: Volume,
    registry: ModelRegistry,
    labels: LabelArray | None = None,
    slice_index: int | None = None,
    device: str = "auto",
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    model_ref: str | None = None,
) -> Classification:
    """Class probabilities of a chest CT from the slice through the pulmonary trunk.

    Parameters
    ----------
    labels
        Lungs and trachea on the volume's grid; they make the choice of the slice more reliable.
    slice_index
        Axial index chosen by the user; found if None.
    model_ref
        ``"id@version"``; the active classifier if None.

    Raises
    ------
    NotApplicableError
        If the scan is unlike the training pictures, with the reason.
    ModelError, CorruptArtefactError, DeviceError, OperationCancelled
        If there is no usable model or device, or on request.
    """
    cancel = cancel or CancelToken()
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    check_volume(volume)
    if slice_index is not None and not 0 <= slice_index < volume.hu.shape[0]:
        raise NotApplicableError(
            f"There is no axial slice with index {slice_index}; the scan has {volume.hu.shape[0]} slices."
        )
    model = registry.get(model_ref) if model_ref else registry.active(KIND)
    progress(Progress(0, 3, "Looking for the pulmonary trunk"))
    k, notes = _chosen_slice(volume, labels, slice_index)
    cancel.raise_if_cancelled()
    seconds["find slice"] = time.perf_counter() - started

    progress(Progress(1, 3, "Drawing the slice"))
    started = time.perf_counter()
    check_slice(volume, k, labels)
    pictures = _pictures(volume, k)
    cancel.raise_if_cancelled()
    seconds["draw"] = time.perf_counter() - started

    progress(Progress(2, 3, "Classifying"))
    started = time.perf_counter()
    # Here, not above: torch takes seconds to load and the window starts without it.
    from ctviewer.inference.classifier import class_probabilities

    rows = class_probabilities(np.stack(list(pictures.values())), model, device)
    seconds["classify"] = time.perf_counter() - started
    names = model.manifest.class_names
    notes += _neighbour_note(volume, names, list(pictures), rows)
    progress(Progress(3, 3, "Classified"))
    return Classification(
        class_names=names,
        probabilities=tuple(float(p) for p in rows[0]),
        slice_index=k,
        fed_image=pictures[k],
        model=model.identity,
        seconds=seconds,
        notes=tuple(notes),
    )


def class_meanings(registry: ModelRegistry, found: Classification) -> tuple[str, ...]:
    """What each class stands for, as the model that gave the answer says it; empty where it does not."""
    for version in registry.versions():
        if version.identity == found.model:
            return tuple(str(text) for text in version.manifest.provenance.get("class_meanings", ()))
    return ()


def _chosen_slice(volume: Volume, labels: LabelArray | None, slice_index: int | None) -> tuple[int, list[str]]:
    if slice_index is None:
        level = find_trunk_level(volume.hu, volume.geometry, labels)
        notes = [_level_note(volume, level)]
        if labels is None:
            notes.append("The windpipe was found by thresholds only; segment the scan for a surer level.")
        return level.slice_index, notes
    notes = [f"Slice {shown_number(volume, slice_index)} was chosen by hand."]
    try:
        level = find_trunk_level(volume.hu, volume.geometry, labels)
    except NotApplicableError as error:
        return slice_index, [*notes, f"Its level could not be checked. {error.message}"]
    off_mm = abs(slice_index - level.slice_index) * volume.geometry.spacing_mm[0]
    if off_mm > OFF_LEVEL_MM:
        notes.append(
            f"It lies {off_mm:.0f} mm from the expected level of the pulmonary trunk "
            f"(slice {shown_number(volume, level.slice_index)}); the classifier learned from that level only."
        )
    return slice_index, notes


def _level_note(volume: Volume, level: TrunkLevel) -> str:
    below_mm = (level.carina_index - level.slice_index) * volume.geometry.spacing_mm[0]
    number = shown_number(volume, level.slice_index)
    return f"Slice {number} was chosen: {below_mm:.0f} mm below the carina, by {level.source.value}."


def _pictures(volume: Volume, k: int) -> dict[int, GreyPicture]:
    """What the classifier sees of a slice, which comes first, and of those beside it that can be drawn."""
    pictures = {k: fed_picture(volume, k)}
    step = max(1, round(NEIGHBOUR_MM / volume.geometry.spacing_mm[0]))
    for neighbour in (k + step, k - step):
        if 0 <= neighbour < volume.hu.shape[0]:
            with contextlib.suppress(NotApplicableError):
                pictures[neighbour] = fed_picture(volume, neighbour)
    return pictures


def _neighbour_note(volume: Volume, names: tuple[str, ...], slices: list[int], rows: FloatArray) -> list[str]:
    """Say when a slice a few millimetres away would have given another class."""
    best = [int(row.argmax()) for row in rows]
    if len(set(best)) == 1:
        return []
    others = [
        f"slice {shown_number(volume, k)}: {names[b]} ({row[b]:.0%})"
        for k, b, row in zip(slices[1:], best[1:], rows[1:], strict=True)
    ]
    return [f"The class depends on the slice: {'; '.join(others)}."]
