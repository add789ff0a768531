"""What a model said, and which model said it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.segment import Segment


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model version made something: id, version and SHA-256 of its weights."""

    model_id: str
    version: str
    weights_sha256: str
    name: str = ""


@dataclass(frozen=True, eq=False)
class Prediction:
    """A segmentation made by a model version.

    Parameters
    ----------
    labels
        Shape ``(k, j, i)`` on ``geometry``.
    geometry
        The volume's geometry.
    segments
        Label table.
    model
        Who says so.
    device
        Where it was computed (``"cpu"``, ``"cuda:0"``…).
    seconds
        Wall time per step.
    notes
        Sentences the user should read (fell back to CPU, side check corrected…).
    slice_doubt
        For each axial slice the area the model was unsure about, in cm² (see `ctviewer.inference.doubt`); empty if it
        is not known.
    """

    labels: LabelArray
    geometry: VolumeGeometry
    segments: tuple[Segment, ...]
    model: ModelIdentity
    device: str = "cpu"
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    slice_doubt: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Classification:
    """Class probabilities for a study, with the evidence they rest on.

    Parameters
    ----------
    class_names
        In the order of ``probabilities``.
    probabilities
        Sum to 1.
    slice_index
        Axial index ``k`` (canonical) of the slice that was classified.
    fed_image
        Shape ``(rows, columns)``, uint8: the picture the model saw.
    model
        Who says so.
    notes
        To show beside the result: how the slice was chosen, then caveats.
    """

    class_names: tuple[str, ...]
    probabilities: tuple[float, ...]
    slice_index: int
    fed_image: AnyArray
    model: ModelIdentity
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> int:
        """Index of the most probable class."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)
