"""Pulmonary-hypertension class of a chest CT: choose the slice, draw it like the training pictures, classify, explain.

The result is a research figure about one slice, never a diagnosis. Importing this module does not load torch.
"""

from __future__ import annotations

import contextlib
import time

import numpy as np

from ctviewer.domain.arrays import FloatArray, LabelArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.ph_fitness import check_slice, check_volume, shown_number
from ctviewer.domain.ph_picture import fed_picture
from ctviewer.domain.prediction import Classification
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.thorax_picture import GreyPicture
from ctviewer.domain.trunk_level import TrunkLevel, find_trunk_level
from ctviewer.domain.volume import Volume
from ctviewer.store.model_registry import ModelRegistry

KIND = "classification"
NEIGHBOUR_MM = 5.0
OFF_LEVEL_MM = 15.0


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
