"""ImageNet weights come from a folder, checked by hash, and are never fetched."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from ctviewer.domain.errors import CorruptArtefactError
from ctviewer.networks.backbones import BACKBONES, Backbone, feature_vectors, load_imagenet_state
from training.ph import backbone_files as files
from training.ph.backbone_files import MISSING, PRESENT, WRONG, MissingBackboneError, backbone_files, load_backbone
from training.ph.feature_table import CUSTOM, STANDARD, backbone_table, prepared

EFFICIENT = next(b for b in BACKBONES if b.name == "efficientnet_b0")


class FakeWeights:
    """An address whose file name carries the hash of a file written by the test."""

    def __init__(self, start: str) -> None:
        self.url = f"https://example.invalid/models/efficientnet_b0-{start}.pth"
        self.meta = {"_file_size": 1.0}
        self.transforms = EFFICIENT.weights.transforms


@pytest.fixture
def small(tmp_path, monkeypatch) -> Backbone:
    """EfficientNet-B0 with a weights file in ``tmp_path`` whose name matches its content."""
    torch.manual_seed(3)
    draft = tmp_path / "draft"
    torch.save(EFFICIENT.make().state_dict(), draft)
    start = hashlib.sha256(draft.read_bytes()).hexdigest()[:8]
    backbone = replace(EFFICIENT, weights=FakeWeights(start))
    draft.rename(tmp_path / f"efficientnet_b0-{start}.pth")
    monkeypatch.setattr(files, "BACKBONES", (backbone,))
    return backbone


def test_the_four_files_are_those_of_torchvision():
    assert [f.file_name for f in backbone_files(None)] == [
        "densenet201-c1103571.pth",
        "efficientnet_b0_rwightman-7f5810bc.pth",
        "inception_v3_google-0cc3c7bd.pth",
        "vit_b_16_lc_swag-4e70ced5.pth",
    ]
    assert {f.state for f in backbone_files(None)} == {MISSING}
    assert [v for b in BACKBONES for v in b.vectors] == ["f1", "f2", "f3", "f4", "f5", "f6"]


def test_missing_and_wrong_files_are_said_in_a_sentence(small, tmp_path):
    assert [f.state for f in backbone_files(tmp_path)] == [PRESENT]
    with pytest.raises(MissingBackboneError, match="no folder was named") as caught:
        load_backbone(small, None)
    assert "--random-backbones" in caught.value.hint
    path = next(tmp_path.glob("*.pth"))
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(bytes(content))
    assert [f.state for f in backbone_files(tmp_path)] == [WRONG]
    with pytest.raises(CorruptArtefactError):
        load_backbone(small, tmp_path)


def test_right_file_is_loaded(small, tmp_path):
    torch.manual_seed(3)
    expected = EFFICIENT.make().state_dict()
    loaded = load_backbone(small, tmp_path)
    assert not loaded.training
    assert all(torch.equal(expected[name], value) for name, value in loaded.state_dict().items())
    classifier = files.load_efficientnet(tmp_path, classes=3)
    assert torch.equal(classifier.backbone.features[0][0].weight, expected["features.0.0.weight"])
    assert classifier.backbone.classifier[1].out_features == 3


def test_old_dense_net_names_are_understood():
    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.denselayer1 = nn.Module()
            self.denselayer1.norm1 = nn.BatchNorm2d(2)

    state = {k.replace("norm1", "norm.1"): v + 1 for k, v in Layer().state_dict().items()}
    layer = Layer()
    load_imagenet_state(layer, state)
    assert float(layer.denselayer1.norm1.weight.detach()[0]) == 2.0
    with pytest.raises(RuntimeError, match="Missing key"):
        load_imagenet_state(layer, {})


@pytest.mark.parametrize(
    ("name", "side", "widths"),
    [
        ("densenet201", 32, [1920, 1920]),
        ("efficientnet_b0", 32, [1280, 1280]),
        ("inception_v3", 96, [2048]),
        ("vit_b_16", 224, [768]),
    ],
)
def test_vectors_have_the_widths_of_the_report(name, side, widths):
    backbone = next(b for b in BACKBONES if b.name == name)
    network = load_backbone(backbone, None, random_seed=0)
    with torch.inference_mode():
        vectors = feature_vectors(name, network, torch.rand(1, 3, side, side))
    assert [v.shape[1] for v in vectors] == widths
    if name == "densenet201":
        assert (vectors[0] >= vectors[1] - 1e-5).all(), "f1 is pooled after a ReLU, f2 before"
    if name == "efficientnet_b0":
        assert torch.equal(*vectors)


def test_standard_crops_and_custom_squashes():
    pictures = np.zeros((2, 160, 160), np.uint8)
    pictures[:, :8] = 255
    standard, custom = (prepared(pictures, EFFICIENT, p) for p in (STANDARD, CUSTOM))
    assert standard.shape == custom.shape == (2, 3, 224, 224)
    assert custom[:, :, 4].min() > 1.9
    assert standard[:, :, 4].max() < 0, "the upper rim is cropped away"


def test_interrupted_extraction_goes_on(small, tmp_path, monkeypatch):
    from training.ph import feature_table

    monkeypatch.setattr(feature_table, "PART", 2)
    monkeypatch.setattr(feature_table, "prepared", lambda p, b, n: torch.rand(len(p), 3, 32, 32))
    pictures = np.random.default_rng(0).integers(0, 255, (5, 8, 8)).astype(np.uint8)
    seen = []
    plain = feature_table.feature_vectors

    def interrupted(*arguments):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(1)
        return plain(*arguments)

    monkeypatch.setattr(feature_table, "feature_vectors", interrupted)
    cache = tmp_path / "cache"
    with pytest.raises(KeyboardInterrupt):
        backbone_table(pictures, cache, None, random_seed=1, backbones=(small,))
    monkeypatch.setattr(feature_table, "feature_vectors", plain)
    lines: list[str] = []
    table = backbone_table(pictures, cache, None, random_seed=1, report=lines.append, backbones=(small,))
    assert len(lines) == 4, "two of six parts were kept"
    assert [v.shape for v in table.vectors[STANDARD]] == [(5, 1280), (5, 1280)]
    assert "not ImageNet" in table.title
    again = backbone_table(pictures, cache, None, random_seed=1, report=lines.append, backbones=(small,))
    assert again.digest == table.digest
    assert len(lines) == 4
