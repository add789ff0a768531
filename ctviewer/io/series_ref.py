"""From grouped images and volume headers to the series references shown to the user."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ctviewer.domain.errors import GeometryError
from ctviewer.domain.orientation import canonical_order
from ctviewer.domain.study import Mark, PatientInfo, SeriesRef, SourceFormat
from ctviewer.domain.windowing import Window
from ctviewer.io import dicom_tags as tags
from ctviewer.io.codecs import LOSSY_SYNTAXES
from ctviewer.io.dicom_group import SubSeries
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_series import says_hu
from ctviewer.io.dicom_stack import StackPlan, plan_stack
from ctviewer.io.text_encoding import decode_text
from ctviewer.io.volume_file import VolumeHeader

MIN_AI_SLICES = 10
SYNTHETIC_MARK = "SYNTHETIC"
IDENTITY_NOTE = "Identity incomplete: UIDs are missing or not unique, so no DICOM export refers to this series."


def dicom_series_ref(part: SubSeries) -> SeriesRef:
    """Reference to one DICOM stack, its images sorted by position."""
    try:
        plan: StackPlan | None = plan_stack(part.instances)
        problem = ""
    except GeometryError as error:
        plan, problem = None, error.message
    ordered = [i for slot in plan.slots for i in slot] if plan else list(part.instances)
    first = ordered[0]
    notes = list(plan.notes) if plan else [problem]
    if not part.identity_complete:
        notes.append(IDENTITY_NOTE)
    text = _Texts(first)
    one_file = len({i.path for i in ordered}) == 1
    description = text(tags.SERIES_DESCRIPTION) or text(tags.PROTOCOL) or _unnamed(text)
    return SeriesRef(
        paths=(first.path,) if one_file else tuple(i.path for i in ordered),
        frames=tuple(i.frame for i in ordered) if any(i.frame_count > 1 for i in ordered) else (),
        format=SourceFormat.DICOM,
        shape=plan.geometry.shape if plan else (len(ordered), first.rows, first.columns),
        spacing_mm=plan.geometry.spacing_mm if plan and plan.has_positions else (0.0, 0.0, 0.0),
        series_uid=first.series_uid,
        study_uid=first.study_uid,
        frame_of_reference_uid=first.frame_of_reference,
        modality=first.modality,
        series_description=f"{description} ({part.name})".strip() if part.name else description,
        sub_series=part.name,
        study_description=text(tags.STUDY_DESCRIPTION),
        series_number=text(tags.SERIES_NUMBER),
        study_date=text(tags.STUDY_DATE),
        study_time=text(tags.STUDY_TIME),
        accession_number=text(tags.ACCESSION),
        body_part=text(tags.BODY_PART),
        manufacturer=text(tags.MANUFACTURER),
        kernel=text(tags.KERNEL),
        contrast_agent=text(tags.CONTRAST_AGENT),
        patient=PatientInfo(text(tags.PATIENT_ID), text(tags.PATIENT_NAME), text(tags.BIRTH_DATE), text(tags.SEX)),
        is_synthetic=SYNTHETIC_MARK in text(tags.SERIES_DESCRIPTION).upper(),
        identity_complete=part.identity_complete,
        ai_exclusion=problem or _exclusion(ordered, plan),
        notes=tuple(notes),
        marks=_marks(ordered, plan, identity_complete=part.identity_complete),
        windows=_windows(text),
    )


def volume_series_ref(header: VolumeHeader, choice: str = "") -> SeriesRef:
    """Reference to a NIfTI, NRRD or MetaImage file.

    Parameters
    ----------
    choice
        What was decided about a header that contradicts itself.
    """
    order = canonical_order(header.geometry)
    shape = tuple(header.geometry.shape[a] for a in order.axes)
    spacing = tuple(header.geometry.spacing_mm[a] for a in order.axes)
    exclusion = ""
    if header.question:
        exclusion = f"Before it can be opened, a choice is needed: {header.question}."
    elif header.dtype.itemsize == 1:
        exclusion = "Its values are single bytes, which cannot hold Hounsfield units (a mask?)."
    elif shape[0] < MIN_AI_SLICES:
        exclusion = f"It has only {shape[0]} slices."
    name = header.path.name
    for suffix in (".nii.gz", header.path.suffix):
        name = name.removesuffix(suffix)
    return SeriesRef(
        paths=(header.path.absolute(),),
        format=header.format,
        shape=(shape[0], shape[1], shape[2]),
        spacing_mm=(spacing[0], spacing[1], spacing[2]),
        series_description=name,
        identity_complete=False,
        is_synthetic=SYNTHETIC_MARK in name.upper(),
        ai_exclusion=exclusion,
        notes=header.notes,
        marks=(Mark.UNDECIDED,) if header.question else (),
        choice=choice,
    )


def _marks(instances: Sequence[Instance], plan: StackPlan | None, *, identity_complete: bool) -> tuple[Mark, ...]:
    """What the geometry badge shows; a series that is no volume at all says so in its exclusion."""
    found = set(plan.marks) if plan else set()
    if not says_hu(instances):
        found.add(Mark.NOT_HU)
    if instances[0].transfer_syntax in LOSSY_SYNTAXES:
        found.add(Mark.LOSSY)
    if not identity_complete:
        found.add(Mark.IDENTITY)
    return tuple(mark for mark in Mark if mark in found)


def _exclusion(instances: Sequence[Instance], plan: StackPlan | None) -> str:
    """Why a stack is not offered to the models; empty if it is."""
    first = instances[0]
    slices = len(plan.slots) if plan else len(instances)
    if first.modality != "CT":
        return f"It is not CT but {first.modality or 'of unknown kind'}."
    if first.is_localizer:
        return "It is a scout image (localizer)."
    if plan is None or not plan.has_positions:
        return "Its images carry no positions that can be used."
    if not says_hu(instances):
        return "The file does not say that its values are Hounsfield units."
    if slices < MIN_AI_SLICES:
        return f"It has only {slices} slice{'s' if slices > 1 else ''}."
    normal = np.asarray(plan.geometry.directions[:, 0])
    if abs(normal[2]) < 0.7:
        return "Its slices are not axial."
    return ""


def _unnamed(text: _Texts) -> str:
    """Name of a series that has none: its number and body part."""
    number, part = text(tags.SERIES_NUMBER), text(tags.BODY_PART).capitalize()
    return " ".join(filter(None, (f"Series {number}" if number else "", f"({part})" if number and part else part)))


def _windows(text: _Texts) -> tuple[Window, ...]:
    """Windows the file recommends (PS3.3 C.11.2.1.2), as many as have both a centre and a possible width."""
    names = [part.strip() for part in text(tags.WINDOW_EXPLANATION).split("\\")]
    windows = []
    centers, widths = (text(tag).split("\\") for tag in (tags.WINDOW_CENTER, tags.WINDOW_WIDTH))
    for n, (center, width) in enumerate(zip(centers, widths, strict=False)):
        try:
            window = Window(float(center), float(width), names[n].capitalize() if n < len(names) else "")
        except ValueError:  # no number, or a width below 1
            continue
        if all(map(math.isfinite, (window.center_hu, window.width_hu))):
            windows.append(window)
    return tuple(windows)


class _Texts:
    """Header texts of one image, decoded by its character set."""

    def __init__(self, instance: Instance) -> None:
        self._raw = instance.raw
        self._charset = instance.raw.get(tags.CHARACTER_SET, b"")

    def __call__(self, tag: int) -> str:
        return decode_text(self._raw.get(tag, b""), self._charset, is_name=tag == tags.PATIENT_NAME)
