"""Multi-frame CT: one plain `Instance` per frame from the functional groups (PS3.3 A.38)."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Sequence
from typing import Any

from ctviewer.domain.errors import UnreadableFileError
from ctviewer.io.dicom_instance import ENHANCED_CT_STORAGES, Instance

MAX_FRAMES = 20_000


def expand_frames(instance: Instance) -> list[Instance]:
    """The frames of a file as separate images; a single-frame file without positions comes back as it is.

    Raises
    ------
    UnreadableFileError
        If the functional groups are damaged.
    """
    if instance.sop_class not in ENHANCED_CT_STORAGES and instance.frame_count == 1:
        return [instance]
    if instance.frame_count > MAX_FRAMES:
        raise UnreadableFileError(instance.path, f"it claims {instance.frame_count} frames")
    if instance.sop_class not in ENHANCED_CT_STORAGES:
        return [dataclasses.replace(instance, frame=n, instance_number=n) for n in range(instance.frame_count)]
    try:
        return _expand(instance)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, OSError, RecursionError) as error:
        raise UnreadableFileError(instance.path, "the description of its frames is damaged") from error


def _expand(instance: Instance) -> list[Instance]:
    import pydicom

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set = pydicom.dcmread(instance.path, stop_before_pixels=True, force=True)
        shared = (data_set.get("SharedFunctionalGroupsSequence") or [None])[0]
        frames = data_set.get("PerFrameFunctionalGroupsSequence") or []
        if len(frames) < instance.frame_count:
            raise ValueError("frames are missing")
        return [_frame(instance, n, frames[n], shared) for n in range(instance.frame_count)]


def _frame(instance: Instance, number: int, own: Any, shared: Any) -> Instance:
    def find(sequence: str, name: str) -> Any:
        for group in (own, shared):
            items = group.get(sequence) if group is not None else None
            if items and items[0].get(name) is not None:
                return items[0].get(name)
        return None

    spacing = _floats(find("PixelMeasuresSequence", "PixelSpacing"), 2)
    slope = _float(find("PixelValueTransformationSequence", "RescaleSlope"))
    intercept = _float(find("PixelValueTransformationSequence", "RescaleIntercept"))
    frame_type = find("CTImageFrameTypeSequence", "FrameType")
    return dataclasses.replace(
        instance,
        frame=number,
        position=_floats(find("PlanePositionSequence", "ImagePositionPatient"), 3) or instance.position,
        orientation=_floats(find("PlaneOrientationSequence", "ImageOrientationPatient"), 6) or instance.orientation,
        pixel_spacing=spacing if spacing and min(spacing) > 0 else instance.pixel_spacing,
        slope=instance.slope if slope is None else slope,
        intercept=instance.intercept if intercept is None else intercept,
        rescale_type=str(find("PixelValueTransformationSequence", "RescaleType") or instance.rescale_type).upper(),
        slice_thickness=_float(find("PixelMeasuresSequence", "SliceThickness")) or instance.slice_thickness,
        image_type=tuple(str(v).upper() for v in frame_type) if frame_type else instance.image_type,
        temporal_position=str(find("FrameContentSequence", "TemporalPositionIndex") or ""),
        acquisition_time=str(find("FrameContentSequence", "FrameAcquisitionDateTime") or ""),
        instance_number=number,
    )


def _float(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _floats(value: Sequence[Any] | None, count: int) -> Any:
    if value is None or len(value) != count:
        return None
    numbers = tuple(float(v) for v in value)
    return numbers if all(map(math.isfinite, numbers)) else None
