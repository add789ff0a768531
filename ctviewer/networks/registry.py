"""Every network this program can build, by name. Reading the table does not load torch; building does.

The dictionary is closed on purpose: a model file names one of these and gives plain numbers, so loading a model never
runs code that came with it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

SEGMENTATION = "segmentation"
CLASSIFICATION = "classification"
BOTH = "classification and segmentation"


class UnknownNetworkError(LookupError):
    """A name that is not in `ARCHITECTURES`."""


class BadArgumentsError(ValueError):
    """Arguments an architecture does not take, lacks, or cannot be built with."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """One entry of the registry.

    Parameters
    ----------
    name
        Stable machine name, written into model files.
    title
        Human name.
    module, attribute
        Where the class is: module below ``ctviewer.networks`` and its name.
    task
        `SEGMENTATION` (logits per pixel), `CLASSIFICATION` (logits per image) or `BOTH` (a pair of them).
    parameters
        Names of the arguments ``build`` takes; all are integers.
    required
        Those of them without a default.
    widths
        Widths of the source's experiments; empty where there is no width.
    """

    name: str
    title: str
    module: str
    attribute: str
    task: str = SEGMENTATION
    parameters: tuple[str, ...] = ("width", "in_channels", "classes")
    required: tuple[str, ...] = ("width",)
    widths: tuple[int, ...] = field(default=())

    def build(self, **arguments: int) -> nn.Module:
        """Make the network with fresh weights.

        Raises
        ------
        BadArgumentsError
            For what `check` refuses, and where the network itself refuses a size.
        """
        self.check(arguments)
        make = getattr(importlib.import_module(f"ctviewer.networks.{self.module}"), self.attribute)
        try:
            network: nn.Module = make(**arguments)
        except ValueError as error:
            raise BadArgumentsError(f"{self.title}: {error}") from error
        return network

    def check(self, arguments: Mapping[str, int]) -> None:
        """Raise `BadArgumentsError` for arguments it does not take, missing ones, and anything but positive integers.

        Needs no torch.
        """
        unknown = sorted(set(arguments) - set(self.parameters))
        missing = sorted(set(self.required) - set(arguments))
        if unknown or missing:
            problem = f"does not take {', '.join(unknown)}" if unknown else f"needs {', '.join(missing)}"
            raise BadArgumentsError(f"{self.title} {problem}; it takes {', '.join(self.parameters)}.")
        for key, value in arguments.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BadArgumentsError(f"{self.title}: {key} must be a positive whole number, not {value!r}.")


_FIVE_WIDTHS = (8, 16, 32, 64, 128)
_FOUR_WIDTHS = (8, 16, 32, 64)


def _classes_only(name: str, title: str, module: str, attribute: str, task: str = SEGMENTATION) -> Architecture:
    return Architecture(name, title, module, attribute, task, parameters=("classes",), required=())


_ENTRIES = (
    Architecture("mini_unet", "Mini U-Net", "unet", "MiniUNet", widths=_FIVE_WIDTHS),
    Architecture("unet", "U-Net", "unet", "UNet", widths=_FIVE_WIDTHS),
    Architecture("max_unet", "Max U-Net", "unet", "MaxUNet", widths=_FIVE_WIDTHS),
    Architecture("unet_plus_plus", "UNet++", "unet_plus_plus", "UNetPlusPlus", widths=_FOUR_WIDTHS),
    *(
        Architecture(
            f"attention_unet_plus_plus_v{version}",
            f"Attention U-Net++ V{version}",
            "unet_plus_plus",
            f"AttentionUNetPlusPlusV{version}",
            widths=_FOUR_WIDTHS,
        )
        for version in (1, 2, 3, 4)
    ),
    Architecture("medt", "MedT", "transformer_unet", "MedT", widths=_FIVE_WIDTHS),
    Architecture("transunet", "TransUNet", "transformer_unet", "TransUNet", widths=_FIVE_WIDTHS),
    _classes_only("deeplab_v3_plus_mobilenet_v2", "DeepLabV3+ MobileNetV2", "deeplab", "deeplab_mobilenet"),
    _classes_only(
        "cbam_deeplab_v3_plus_mobilenet_v2", "CBAM DeepLabV3+ MobileNetV2", "deeplab", "cbam_deeplab_mobilenet"
    ),
    _classes_only(
        "cbam_deeplab_v3_plus_efficientnet_b0",
        "CBAM DeepLabV3+ EfficientNet-B0",
        "deeplab",
        "cbam_deeplab_efficientnet",
    ),
    Architecture("keldysh_unet", "Keldysh U-Net", "keldysh_unet", "KeldyshUNet", required=(), widths=(64,)),
    Architecture(
        "simple_cnn",
        "SimpleCNN",
        "simple_cnn",
        "SimpleCNN",
        CLASSIFICATION,
        parameters=("size_px", "in_channels", "classes"),
        required=("size_px",),
    ),
    Architecture(
        "resnet34",
        "ResNet34 classifier",
        "ubc",
        "ResNet34Classifier",
        CLASSIFICATION,
        parameters=("in_channels", "classes"),
        required=(),
    ),
    Architecture(
        "ubc_resnet34",
        "UBC-ResNet34",
        "ubc",
        "UBCResNet34",
        BOTH,
        parameters=("in_channels", "classes", "mask_classes", "mask_scales"),
        required=(),
    ),
    _classes_only("eight_model", "EightModel", "eight_model", "EightModel", CLASSIFICATION),
    _classes_only("eight_model_web", "EightModel (web version)", "eight_model", "EightModelWeb", CLASSIFICATION),
    _classes_only(
        "efficientnet_b0", "EfficientNet-B0 classifier", "backbones", "EfficientNetB0Classifier", CLASSIFICATION
    ),
    Architecture("thorax_net", "Thorax net", "thorax_net", "ThoraxNet", CLASSIFICATION, widths=(8,)),
    Architecture(
        "thorax_net_ensemble",
        "Ensemble of thorax nets",
        "thorax_net",
        "ThoraxNetEnsemble",
        CLASSIFICATION,
        parameters=("members", "width", "in_channels", "classes"),
        widths=(8,),
    ),
    Architecture(
        "thorax_committee",
        "Thorax committee",
        "thorax_committee",
        "ThoraxCommittee",
        CLASSIFICATION,
        parameters=("width", "members", "encoder_width", "classes"),
        widths=(8,),
    ),
)

ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""All networks by name, in the order of the source documents."""


def names(task: str | None = None) -> tuple[str, ...]:
    """Names of all architectures, or of those for a task."""
    return tuple(name for name, entry in ARCHITECTURES.items() if task in (None, entry.task))


def build(name: str, **arguments: int) -> nn.Module:
    """Make a network with fresh weights: ``build("attention_unet_plus_plus_v2", width=16)``.

    Raises
    ------
    UnknownNetworkError
        If no architecture has that name.
    BadArgumentsError
        If the arguments do not fit it.
    """
    try:
        architecture = ARCHITECTURES[name]
    except KeyError:
        raise UnknownNetworkError(f"No network is called “{name}”; known: {', '.join(ARCHITECTURES)}.") from None
    return architecture.build(**arguments)
