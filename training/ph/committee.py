"""Training of the thorax committee: small networks on two views, and a linear layer on the segmentation encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from ctviewer.domain.model_version import ModelVersion
from ctviewer.inference.classifier import VIEWS, picture_tensor, turned, viewed_probabilities
from ctviewer.inference.weights import load_network
from ctviewer.networks import registry
from ctviewer.networks.thorax_committee import KINDS, EncoderFeatures, middle_view, whole_view
from training.bundled_models import newest_bundled
from training.ph.data import PhCollection
from training.ph.layout import CLASS_FOLDERS
from training.ph.network_method import NetworkRecipe, train_network

SEGMENTATION_MODEL = "attention-unet-plus-plus-v2-chest"
_BATCH = 16

VIEW_OF_KIND = {"whole": whole_view, "middle": middle_view, "middle_even": middle_view}
"""What the networks of each kind see of a picture."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CommitteeRecipe:
    """Everything that determines a committee but the data and the seed.

    Parameters
    ----------
    members
        Networks of each kind.
    network
        Their common recipe; its size is that of the views.
    evenness
        `NetworkRecipe.evenness` of the third kind.
    components, strength
        Principal components of the encoder's features, and inverse penalty of the logistic regression on them.
    """

    size_px: int = 160
    members: int = 2
    evenness: float = 0.5
    components: int = 80
    strength: float = 0.001
    network: NetworkRecipe = field(default_factory=lambda: NetworkRecipe("thorax_net", {"width": 8}))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> CommitteeRecipe:
        """Inverse of `to_dict`; raises `TypeError` for unknown settings."""
        return cls(**{**values, "network": NetworkRecipe(**values.get("network", {"architecture": "thorax_net"}))})

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    @property
    def arguments(self) -> dict[str, int]:
        """Arguments of the registry's ``thorax_committee``."""
        return {**self.network.arguments, "members": self.members, "encoder_width": encoder_width()}


class CommitteeMethod:
    """The committee as a method that can be judged."""

    def __init__(self, recipe: CommitteeRecipe, seed: int = 0) -> None:
        self.recipe, self.seed = recipe, seed
        self.network: nn.Module | None = None

    def fit(self, data: PhCollection, classes: IntArray, rows: IntArray) -> None:
        """Train all members from fresh weights."""
        self.network = train_committee(self.recipe, data, classes, rows, self.seed)

    def probabilities(self, data: PhCollection, rows: IntArray) -> FloatArray:
        """Mean over kinds, members and views."""
        if self.network is None:
            raise RuntimeError("The committee has not been fitted.")
        inputs = picture_tensor(data.pictures[rows], self.recipe.size_px)
        return np.concatenate([viewed_probabilities(self.network, part) for part in inputs.split(_BATCH)])


def train_committee(
    recipe: CommitteeRecipe,
    data: PhCollection,
    classes: IntArray,
    rows: IntArray,
    seed: int,
    report: Callable[[str], None] = lambda _: None,
) -> nn.Module:
    """All members trained on the rows, as one network in evaluation mode."""
    committee = registry.build("thorax_committee", **recipe.arguments, classes=len(CLASS_FOLDERS))
    pictures = picture_tensor(data.pictures, recipe.size_px)
    kinds = committee.get_submodule("kinds")
    for kind in KINDS:
        seen = VIEW_OF_KIND[kind](pictures)
        for index, member in enumerate(kinds.get_submodule(kind).children()):
            trained = train_member(recipe, kind, index, seen, data.groups, classes, rows, seed)
            member.load_state_dict(trained.state_dict())
            report(f"{kind} {index + 1} of {recipe.members} trained")
    encoder = committee.get_submodule("encoder")
    encoder.load_state_dict(encoder_features().state_dict())
    weight, bias = linear_head(recipe, encoded_views(pictures)[:, rows], classes[rows])
    head = committee.get_submodule("encoder_head")
    head.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
    return committee.eval()


def train_member(
    recipe: CommitteeRecipe,
    kind: str,
    index: int,
    seen: Tensor,
    groups: IntArray,
    classes: IntArray,
    rows: IntArray,
    seed: int,
    start: Mapping[str, Tensor] | None = None,
) -> nn.Module:
    """One network of a kind, trained on the rows of ``seen`` (the kind's view of all pictures), from ``start`` on."""
    own = replace(recipe.network, evenness=recipe.evenness if kind == "middle_even" else 0.0)
    return train_network(own, seen, classes, rows, seed * 1000 + KINDS.index(kind) * 100 + index, groups, start)


def encoder_features() -> EncoderFeatures:
    """The bundled segmentation network's encoder, pooled; it learned from CT and never saw a pressure class."""
    version = segmentation_version()
    features = EncoderFeatures(encoder_width())
    state = load_network(version).state_dict()
    features.load_state_dict({name: value for name, value in state.items() if name.startswith("encoder.")})
    return features.eval().requires_grad_(requires_grad=False)


def encoder_width() -> int:
    """Width of the bundled segmentation network."""
    return int(segmentation_version().manifest.arguments["width"])


def segmentation_version() -> ModelVersion:
    """The newest bundled segmentation model."""
    return newest_bundled(SEGMENTATION_MODEL)


_encoded_cache: dict[int, tuple[Tensor, Tensor]] = {}


def encoded_views(pictures: Tensor) -> Tensor:
    """Encoder features of every view of every picture, ``(views, N, d)``; those of the last collection are kept."""
    key = hash(pictures.numpy().tobytes())
    if key not in _encoded_cache:
        encoder = encoder_features()
        _encoded_cache.clear()
        with torch.inference_mode():
            views = [
                torch.cat([encoder(turned(part, angle, scale)) for part in pictures.split(_BATCH)])
                for angle, scale in VIEWS
            ]
        _encoded_cache[key] = (pictures, torch.stack(views))
    return _encoded_cache[key][1]


def linear_head(
    recipe: CommitteeRecipe, views: Tensor, classes: IntArray
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Standardisation, principal components and logistic regression as one linear layer: weight and bias."""
    x = views.flatten(0, 1).double().numpy()
    labels = np.tile(classes, len(views))
    mean, sd = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    components = PCA(min(recipe.components, *x.shape), svd_solver="randomized", random_state=0).fit((x - mean) / sd)
    reduced = components.transform((x - mean) / sd)
    # The views of a picture are copies: each counts as a share of one picture, or the penalty would lose its meaning.
    shares = np.full(len(x), 1 / len(views))
    regression = LogisticRegression(C=recipe.strength, max_iter=1000).fit(reduced, labels, sample_weight=shares)
    weight = np.zeros((len(CLASS_FOLDERS), x.shape[1]))
    bias = np.full(len(CLASS_FOLDERS), -20.0)
    weight[regression.classes_] = regression.coef_ @ components.components_ / sd
    bias[regression.classes_] = regression.intercept_ - weight[regression.classes_] @ mean
    bias[regression.classes_] -= regression.coef_ @ components.components_ @ components.mean_
    return weight.astype(np.float32), bias.astype(np.float32)
