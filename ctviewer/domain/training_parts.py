"""Parts of a training request: cases, how slices are drawn from them, how they are changed at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class TrainingCase:
    """One scan with its labels.

    Parameters
    ----------
    case_id
        Unique within the request.
    patient_key
        Groups the cases of one patient; a patient is never on both sides of a split.
    image
        A file or folder the viewer can open, or the list of files of one DICOM series. ``.npz`` files hold ``hu``
        (int16, canonical order) and ``affine`` (kji → LPS mm).
    labels
        ``.npz`` with ``labels`` (uint8, canonical order, shape of the image) or an image file on the scan's grid.
    reviewed_slices
        Axial indices ``k`` whose labels a person vouches for; None means all. The others are neither sampled nor
        scored.
    trusted_labels
        Label values that can be trusted; None means all. Where another structure may lie, pixels are ignored.
    role
        ``"corrected"`` (what the run is for) or ``"rehearsal"`` (so that the model does not forget).
    revision_id, labels_sha256
        Where the labels come from in the annotation store; kept as lineage of the model.
    corrected_slices
        Axial indices that a person changed; they can be drawn more often.
    """

    case_id: str
    patient_key: str
    image: str | list[str]
    labels: str
    reviewed_slices: list[int] | None = None
    trusted_labels: list[int] | None = None
    role: Literal["corrected", "rehearsal"] = "corrected"
    revision_id: str = ""
    labels_sha256: str = ""
    corrected_slices: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SamplerSpec:
    """How training slices are drawn.

    Parameters
    ----------
    kind
        ``"buffered"`` holds n studies and draws k slices per held study on average; ``"per_image"`` reads one study
        per slice; ``"sequential"`` walks through one study after the other; ``"cached"`` draws from all slices of all
        studies, which lie in one memory-mapped file (mixes like ``"per_image"``, costs disk).
    n
        Studies held in memory; None derives it from the memory budget.
    k
        Average number of slices taken per held study before the buffer is replaced.
    rare_share, foreground_share, corrected_share
        Shares of draws restricted to slices with the rarest structure, with any structure, or that a person corrected;
        the rest is uniform over all reviewed slices. All 0 is the source's plain scheme.
    prefetch
        Whether a buffered source reads the next studies while the present ones are used. They count in the memory
        budget, so half as many are held; the slices drawn depend on n, not on this.
    """

    kind: Literal["buffered", "per_image", "sequential", "cached"] = "buffered"
    n: int | None = None
    k: int = 10
    rare_share: float = 0.0
    foreground_share: float = 0.0
    corrected_share: float = 0.0
    prefetch: bool = True


@dataclass(frozen=True, slots=True)
class AugmentationSpec:
    """Random changes of training slices; a size of 0 switches one off.

    Parameters
    ----------
    probability
        Chance that a slice is changed geometrically at all; the others stay sharp (resampling blurs a little).
    rotation_deg, scale, shift
        Largest angle, largest relative change of size, largest shift as a share of the picture.
    truncation, truncation_probability
        Largest extra zoom, so that bodies cut by the field of view are seen, and how often.
    intensity_shift, intensity_scale, noise, gamma
        Relative to the input range: largest offset, largest relative contrast change, largest noise standard
        deviation, largest relative change of the exponent.
    centre_crop
        Share of the picture cut off at every border before anything else, for all slices.
    flip_probability
        Chance of a left-right mirror image. Leave it 0: it teaches that left and right lung look alike.
    blur, blur_probability
        Largest standard deviation of a Gaussian blur in pixels, and how often. Leave it 0: blur moves the visible
        border of small structures away from their labels.
    """

    probability: float = 0.7
    rotation_deg: float = 10.0
    scale: float = 0.15
    shift: float = 0.05
    truncation: float = 0.5
    truncation_probability: float = 0.15
    intensity_shift: float = 0.02
    intensity_scale: float = 0.05
    noise: float = 0.02
    gamma: float = 0.1
    centre_crop: float = 0.0
    flip_probability: float = 0.0
    blur: float = 0.0
    blur_probability: float = 0.0
