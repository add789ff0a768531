"""Multi-frame CT: what its functional groups say about each frame (PS3.3 A.38)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_values import check_position, is_spacing, orientation_or_none
from ctviewer.io.dicom_walk import HeaderError


def parse_frames(instance: Instance) -> list[dict[str, Any]]:
    """What the functional groups say about each frame, as changes to the file's `Instance`; plain values.

    Raises
    ------
    HeaderError
        If the functional groups are damaged.
    """
    import pydicom

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data_set = pydicom.dcmread(instance.path, stop_before_pixels=True, force=True)
            shared = (data_set.get("SharedFunctionalGroupsSequence") or [None])[0]
            frames = data_set.get("PerFrameFunctionalGroupsSequence") or []
            if len(frames) < instance.frame_count:
                raise HeaderError(f"{instance.frame_count - len(frames)} of its frames are not described")
            return [_frame(instance, n, frames[n], shared) for n in range(instance.frame_count)]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, OSError, RecursionError) as error:
        if isinstance(error, HeaderError):
            raise
        raise HeaderError("the description of its frames is damaged") from error


def _frame(instance: Instance, number: int, own: Any, shared: Any) -> dict[str, Any]:
    def find(sequence: str, name: str) -> Any:
        for group in (own, shared):
            items = group.get(sequence) if group is not None else None
            if items and items[0].get(name) is not None:
                return items[0].get(name)
        return None

    position = _floats(find("PlanePositionSequence", "ImagePositionPatient"), 3) or instance.position
    if position is not None:
        check_position(position)
    orientation = _floats(find("PlaneOrientationSequence", "ImageOrientationPatient"), 6)
    spacing = _floats(find("PixelMeasuresSequence", "PixelSpacing"), 2)
    slope = _float(find("PixelValueTransformationSequence", "RescaleSlope"))
    intercept = _float(find("PixelValueTransformationSequence", "RescaleIntercept"))
    frame_type = find("CTImageFrameTypeSequence", "FrameType")
    return {
        "frame": number,
        "position": position,
        "orientation": orientation_or_none(orientation) or instance.orientation,
        "pixel_spacing": spacing if spacing and is_spacing(spacing) else instance.pixel_spacing,
        "slope": instance.slope if slope is None else slope,
        "intercept": instance.intercept if intercept is None else intercept,
        "rescale_type": str(find("PixelValueTransformationSequence", "RescaleType") or instance.rescale_type).upper(),
        "slice_thickness": _float(find("PixelMeasuresSequence", "SliceThickness")) or instance.slice_thickness,
        "image_type": tuple(str(v).upper() for v in frame_type) if frame_type else instance.image_type,
        "temporal_position": str(find("FrameContentSequence", "TemporalPositionIndex") or ""),
        "acquisition_time": str(find("FrameContentSequence", "FrameAcquisitionDateTime") or ""),
        "instance_number": number,
    }


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
