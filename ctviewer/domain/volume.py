"""A CT volume: HU values on a grid, read-only, in canonical order."""

from __future__ import annotations

from dataclasses import dataclass, field

from ctviewer.domain.arrays import BoolArray, HUArray, read_only
from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import AxisOrder
from ctviewer.domain.study import Mark, SeriesRef

IDENTITY_ORDER = AxisOrder((0, 1, 2), (False, False, False))


@dataclass(frozen=True, eq=False)
class SourceGrid:
    """The grid as the file had it, so that exports can return to it exactly.

    Parameters
    ----------
    geometry
        Geometry in the source's own array order.
    order
        Rearrangement from source order to the canonical order of the `Volume`.
    sop_instance_uids
        For DICOM: the SOP Instance UID of each source slice along source axis 0; else empty.
    resampled
        True where the volume had to be resampled (gantry tilt), so source voxels and volume voxels differ.
    """

    geometry: VolumeGeometry
    order: AxisOrder = IDENTITY_ORDER
    sop_instance_uids: tuple[str, ...] = ()
    resampled: bool = False


@dataclass(frozen=True, eq=False)
class Volume:
    """HU values with their place in the patient.

    Parameters
    ----------
    hu
        Shape ``(slices, rows, columns)``, int16, canonical order (head up, posterior down, patient left to the right);
        made read-only.
    geometry
        Geometry of ``hu``.
    series
        What was loaded.
    source
        The grid the file had.
    padding
        True where the scanner delivered no data (outside the field of view); None if everywhere valid.
    is_hu
        False when the file does not say that its values are Hounsfield units: shown, but not measured or analysed.
        True says nothing about the place in the patient, see `has_positions`.
    is_scaled
        False when the file does not say how large a voxel is: shown, but no millimetres are told.
    notes
        Sentences about what was corrected or is doubtful (missing slices, tilt…), shown to the user.
    marks
        The same in a word each, for the badge on every picture.
    """

    hu: HUArray
    geometry: VolumeGeometry
    series: SeriesRef
    source: SourceGrid
    padding: BoolArray | None = None
    is_hu: bool = True
    is_scaled: bool = field(default=True, kw_only=True)
    notes: tuple[str, ...] = field(default=())
    marks: tuple[Mark, ...] = field(default=())

    @property
    def has_positions(self) -> bool:
        """False for a stack of pictures without a place in the patient: no sides, no millimetres."""
        return Mark.NO_POSITIONS not in self.marks

    def __post_init__(self) -> None:
        if self.hu.shape != self.geometry.shape:
            raise GeometryMismatchError(
                f"The image has {self.hu.shape} voxels but its geometry says {self.geometry.shape}."
            )
        object.__setattr__(self, "hu", read_only(self.hu))
