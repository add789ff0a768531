"""Exact parameter and buffer counts of every network the sources describe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from ctviewer.networks.registry import ARCHITECTURES, build

# name -> number of parameters by width, from the main report's formulas (in 1 channel, out 4 classes)
FORMULAS: dict[str, Callable[[int], int]] = {
    "mini_unet": lambda w: 310 * w**2 + 64 * w + 4,
    "unet": lambda w: 7574 * w**2 + 304 * w + 4,
    "max_unet": lambda w: 39574 * w**2 + 704 * w + 4,
    "unet_plus_plus": lambda w: 7929 * w**2 + 277 * w + 4,
    "attention_unet_plus_plus_v1": lambda w: (16113 * w**2 + 659 * w) // 2 + 16,
    "attention_unet_plus_plus_v2": lambda w: (16113 * w**2 + 659 * w) // 2 + 16,
    "attention_unet_plus_plus_v3": lambda w: (19209 * w**2 + 931 * w) // 2 + 16,
    "attention_unet_plus_plus_v4": lambda w: (27363 * w**2 + 1273 * w) // 2 + 16,
    "medt": lambda w: 8583 * w**2 + 262892 * w + 8196,
    "transunet": lambda w: 7574 * w**2 + 1048896 * w + 37829124,
}

# name, arguments, parameters, buffers (None where the source gives none)
PRINTED: list[tuple[str, dict[str, int], int, int | None]] = [
    ("mini_unet", {"width": 8}, 20356, 265),
    ("mini_unet", {"width": 128}, 5087236, 4105),
    ("unet", {"width": 16}, 1943812, 2962),
    ("unet", {"width": 128}, 124131332, 23570),
    ("max_unet", {"width": 8}, 2538372, 3543),
    ("max_unet", {"width": 128}, 648470532, 56343),
    ("unet_plus_plus", {"width": 8}, 509676, 1428),
    ("unet_plus_plus", {"width": 64}, 32494916, 11284),
    ("attention_unet_plus_plus_v1", {"width": 8}, 518268, 1688),
    ("attention_unet_plus_plus_v2", {"width": 16}, 2067752, 3336),
    ("attention_unet_plus_plus_v2", {"width": 64}, 33020528, 13224),
    ("attention_unet_plus_plus_v3", {"width": 16}, 2466216, 4178),
    ("attention_unet_plus_plus_v4", {"width": 16}, 3512664, 6017),
    ("medt", {"width": 8}, 2660644, 728),
    ("medt", {"width": 128}, 174282244, 11528),
    ("transunet", {"width": 8}, 46705028, 1490),
    ("transunet", {"width": 128}, 296180228, 23570),
    ("deeplab_v3_plus_mobilenet_v2", {}, 13940644, 38878),
    ("cbam_deeplab_v3_plus_mobilenet_v2", {}, 13957836, 38885),
    ("cbam_deeplab_v3_plus_efficientnet_b0", {}, 15741512, 46786),
    ("simple_cnn", {"size_px": 128}, 2343908, None),
    ("simple_cnn", {"size_px": 256}, 8635364, None),
    ("resnet34", {}, 21279426, None),
    ("ubc_resnet34", {}, 24431123, None),
    ("keldysh_unet", {"width": 64}, 31030593, 0),
    ("eight_model", {}, 180998, None),
    ("eight_model_web", {}, 180998, None),
]

# one further input channel adds this times w; one further output class adds w + 1
PER_CHANNEL: dict[str, int] = dict.fromkeys(FORMULAS, 9) | {
    "attention_unet_plus_plus_v3": 10,
    "attention_unet_plus_plus_v4": 10,
    "medt": 18,
}


def counts(name: str, **arguments: int) -> tuple[int, int]:
    with torch.device("meta"):  # nothing is allocated: the largest network would need 2.6 GB
        network = build(name, **arguments)
    return sum(p.numel() for p in network.parameters()), sum(b.numel() for b in network.buffers())


@pytest.mark.parametrize(("name", "width"), [(n, w) for n in FORMULAS for w in ARCHITECTURES[n].widths])
def test_parameters_follow_the_formula_at_every_width(name: str, width: int) -> None:
    assert counts(name, width=width)[0] == FORMULAS[name](width)


def test_the_main_report_has_48_networks() -> None:
    with_widths = sum(len(ARCHITECTURES[name].widths) for name in FORMULAS)
    deeplabs = sum("deeplab" in name for name in ARCHITECTURES)
    assert with_widths + deeplabs == 48


@pytest.mark.parametrize(("name", "arguments", "parameters", "buffers"), PRINTED)
def test_counts_printed_in_the_sources(
    name: str, arguments: dict[str, int], parameters: int, buffers: int | None
) -> None:
    found = counts(name, **arguments)
    assert found[0] == parameters
    assert buffers is None or found[1] == buffers


@pytest.mark.parametrize("name", FORMULAS)
def test_further_classes_and_channels_add_what_they_should(name: str) -> None:
    base = counts(name, width=8)[0]
    assert counts(name, width=8, classes=5)[0] - base == 8 + 1
    assert counts(name, width=8, in_channels=2)[0] - base == PER_CHANNEL[name] * 8
