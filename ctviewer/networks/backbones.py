"""The four torchvision networks whose features the main report's ensemble uses, and EfficientNet-B0 as a classifier.

Importing this downloads nothing. Networks are made with fresh weights; `load_imagenet_state` puts a weights file from
torchvision into one, and who finds and checks that file is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

IMAGENET_MEAN, IMAGENET_SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

_OLD_DENSE_NAME = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\.\w+)$")


@dataclass(frozen=True, slots=True)
class Backbone:
    """One feature network.

    Parameters
    ----------
    name
        torchvision's name.
    weights
        torchvision's weights enum: address, file name with hash, and transform of the weights.
    make
        Fresh network.
    vectors
        Feature vectors it gives, by the report's numbers.
    custom_px
        Side of the picture in the “custom” preprocessing.
    """

    name: str
    weights: models.WeightsEnum
    make: Callable[[], nn.Module]
    vectors: tuple[str, ...]
    custom_px: int = 224


BACKBONES: tuple[Backbone, ...] = (
    Backbone(
        "densenet201",
        models.DenseNet201_Weights.IMAGENET1K_V1,
        lambda: models.densenet201(weights=None),
        ("f1", "f2"),
    ),
    Backbone(
        "efficientnet_b0",
        models.EfficientNet_B0_Weights.IMAGENET1K_V1,
        lambda: models.efficientnet_b0(weights=None),
        ("f3", "f4"),
    ),
    Backbone(
        "inception_v3",
        models.Inception_V3_Weights.IMAGENET1K_V1,
        # Trained for inputs scaled to ±1, which transform_input makes of ImageNet-normalised ones.
        lambda: models.inception_v3(weights=None, init_weights=False, transform_input=True),
        ("f5",),
        custom_px=299,
    ),
    Backbone(
        "vit_b_16", models.ViT_B_16_Weights.IMAGENET1K_SWAG_LINEAR_V1, lambda: models.vit_b_16(weights=None), ("f6",)
    ),
)
"""In the order of the report's vectors f1 to f6 (1920, 1920, 1280, 1280, 2048 and 768 numbers)."""


def load_imagenet_state(network: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Load a torchvision weights file; the old names in DenseNet files are translated.

    Raises
    ------
    RuntimeError
        If the weights are those of another network.
    """
    named = {_OLD_DENSE_NAME.sub(r"\1\2", name): tensor for name, tensor in state.items()}
    network.load_state_dict(named, strict=True)


def feature_vectors(name: str, network: nn.Module, image: Tensor) -> tuple[Tensor, ...]:
    """The vectors of one backbone, each ``(N, d)``.

    Parameters
    ----------
    name
        Which of `BACKBONES` ``network`` is; it must be in evaluation mode.
    image
        ImageNet-normalised, ``(N, 3, H, W)``.
    """
    if name == "densenet201":
        maps = network.get_submodule("features")(image)
        return _pooled(functional.relu(maps)), _pooled(maps)
    if name == "efficientnet_b0":
        pooled = _pooled(network.get_submodule("features")(image))
        # “FC” and “GAP” differ by a dropout layer only, which does nothing in evaluation mode.
        return pooled, pooled
    layer = {"inception_v3": "avgpool", "vit_b_16": "encoder"}[name]
    kept: list[Tensor] = []
    hook = network.get_submodule(layer).register_forward_hook(lambda _module, _inputs, output: kept.append(output))
    try:
        network(image)
    finally:
        hook.remove()
    return (kept[0][:, 0] if name == "vit_b_16" else kept[0].flatten(1),)


def _pooled(maps: Tensor) -> Tensor:
    return maps.mean(dim=(2, 3))


class EfficientNetB0Classifier(nn.Module):
    """EfficientNet-B0 (Tan and Le 2019) for grey pictures: three equal channels, ImageNet-normalised, new head."""

    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        self.backbone = models.efficientnet_b0(weights=None)
        inputs = self.backbone.classifier[1].in_features
        self.backbone.classifier[1] = nn.Linear(inputs, classes)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("sd", torch.tensor(IMAGENET_SD).view(1, 3, 1, 1))

    def stages(self) -> tuple[nn.Module, ...]:
        """What fine-tuning opens one after another: head, last 1×1 convolution stage, last MBConv stage."""
        return self.backbone.classifier, self.backbone.features[8], self.backbone.features[7]

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes)`` of pictures ``(N, 1, H, W)`` in 0…1, at least 32 × 32."""
        return self.backbone((image - self.mean) / self.sd)
