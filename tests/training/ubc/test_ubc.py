"""UBC-ResNet34: its masks, its loss, and the comparison with the plain network."""

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
import torch

from ctviewer.domain.errors import CTViewerError, UnreadableFileError
from ctviewer.networks.registry import BadArgumentsError, build
from training.ubc.compare import UbcSettings, compare, train_network
from training.ubc.loss import UNKNOWN, dice_loss, known_cross_entropy, ubc_loss
from training.ubc.slices import BRAIN, FLAIR, MASK, BrainSlices, box_mask, read_slices


def parameters(**arguments):
    with torch.device("meta"):
        return sum(p.numel() for p in build("ubc_resnet34", **arguments).parameters())


def test_the_source_network_keeps_its_count_and_variants_add_their_heads_only():
    assert parameters() == 24_431_123
    assert parameters(mask_classes=5) - 24_431_123 == 4 * 145
    assert parameters(mask_scales=3) - 24_431_123 == (32 * 9 + 1) + (64 * 9 + 1)
    with pytest.raises(BadArgumentsError, match="at most 5"):
        build("ubc_resnet34", mask_scales=6)


def test_masks_of_all_scales_have_halved_sides():
    network = build("ubc_resnet34", mask_classes=5, mask_scales=5).eval()
    with torch.no_grad():
        logits, *masks = network(torch.rand(1, 1, 64, 64))
    assert logits.shape == (1, 2)
    assert [tuple(m.shape[1:]) for m in masks] == [(5, s, s) for s in (64, 32, 16, 8, 4)]


def test_dice_is_zero_for_the_truth_one_for_its_opposite_and_sums_over_the_batch():
    masks = torch.zeros(2, 8, 8, dtype=torch.int64)
    masks[0, :4] = 1
    sure = (masks[:, None].float() * 2 - 1) * 40
    assert float(dice_loss(sure, masks)) == pytest.approx(0, abs=1e-4)
    assert float(dice_loss(-sure, masks)) > 0.95
    empty = torch.zeros_like(masks)
    assert float(dice_loss(torch.full((2, 1, 8, 8), -40.0), empty)) == pytest.approx(0, abs=1e-4)


def test_tissue_that_no_mask_holds_is_left_out():
    masks = torch.zeros(1, 8, 8, dtype=torch.int64)
    masks[0, :4] = 2
    logits = torch.nn.functional.one_hot(masks, 5).permute(0, 3, 1, 2).float() * 50
    assert float(dice_loss(logits, masks)) == pytest.approx(0, abs=1e-3)


def test_missing_labels_and_masks_teach_nothing_and_do_not_break():
    torch.manual_seed(0)
    logits = torch.randn(3, 2, requires_grad=True)
    mask = torch.randn(3, 1, 8, 8, requires_grad=True)
    labels, masks = torch.tensor([1, UNKNOWN, UNKNOWN]), torch.ones(3, 8, 8, dtype=torch.int64)
    masks[2] = UNKNOWN
    ubc_loss((logits, mask), labels, masks).backward()
    assert logits.grad[0].abs().sum() > 0
    assert not logits.grad[1:].any()
    assert mask.grad[:2].abs().sum() > 0
    assert not mask.grad[2].any()
    nothing = ubc_loss((logits, mask), torch.full((3,), UNKNOWN), torch.full_like(masks, UNKNOWN))
    assert float(nothing) == 0
    nothing.backward()
    assert float(known_cross_entropy(logits, labels)) == pytest.approx(
        float(torch.nn.functional.cross_entropy(logits[:1], labels[:1]))
    )


def test_alpha_weighs_both_terms():
    torch.manual_seed(1)
    outputs = (torch.randn(2, 2), torch.randn(2, 1, 8, 8))
    labels, masks = torch.tensor([0, 1]), (torch.rand(2, 8, 8) > 0.5).long()
    only_class, only_mask = (float(ubc_loss(outputs, labels, masks, alpha)) for alpha in (1.0, 0.0))
    assert float(ubc_loss(outputs, labels, masks, 0.5)) == pytest.approx((only_class + only_mask) / 2)


def lesions(count=24, size=32, seed=0):
    """Half of the slices show a bright square; two patients."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    masks = np.zeros((count, size, size), np.int64)
    for n in np.flatnonzero(labels):
        row, column = rng.integers(4, size - 16, 2)
        masks[n, row : row + 12, column : column + 12] = 1
    pictures = (0.3 + 0.5 * masks + rng.normal(0, 0.05, masks.shape)).astype(np.float32)
    return BrainSlices(pictures, labels, masks, np.arange(count) // (count // 2))


def test_both_networks_are_compared_a_patient_left_out_at_a_time():
    rows = compare(lesions(), UbcSettings(epochs=2, batch_size=6, mask_scales=2, unlabelled=0.3))
    assert [r["network"] for r in rows] == ["resnet34", "ubc_resnet34"]
    assert all(r["slices"] == 24 and r["patients"] == 2 and 0 <= r["accuracy"] <= 1 for r in rows)
    assert rows[0]["mask_dice"] is None
    assert 0 <= rows[1]["mask_dice"] <= 1


def test_the_mask_is_learned():
    slices = lesions()
    network = train_network("ubc_resnet34", slices, np.arange(24), UbcSettings(epochs=12, batch_size=6, rate=1e-3))
    with torch.inference_mode():
        found = network(torch.from_numpy(slices.pictures)[:, None])[1][:, 0] > 0
    truth = torch.from_numpy(slices.masks) > 0
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.7


def write_patient(folder):
    folder.mkdir()
    lesion = np.zeros((6, 40, 40), np.float32)
    lesion[2:4, 10:20, 12:30] = 4
    for name, values in ((FLAIR, lesion / 2), (MASK, lesion), (BRAIN, np.ones_like(lesion))):
        sitk.WriteImage(sitk.GetImageFromArray(values), str(folder / name))


def test_slices_boxes_and_what_cannot_be_read(tmp_path):
    write_patient(tmp_path / "a")
    with pytest.raises(CTViewerError, match="1 patients"):
        read_slices(tmp_path)
    write_patient(tmp_path / "b")
    slices = read_slices(tmp_path, size_px=40, step=1)
    assert slices.labels.tolist() == [0, 0, 1, 1, 0, 0] * 2
    assert slices.masks.max() == 1
    assert read_slices(tmp_path, 40, 1, "classes").masks.max() == 4
    with pytest.raises(CTViewerError, match="no masks of the kind"):
        read_slices(tmp_path, masks="outlines")
    (tmp_path / "b" / MASK).unlink()
    with pytest.raises(UnreadableFileError, match="missing or no image"):
        read_slices(tmp_path)
    corner = np.zeros((5, 5), np.int64)
    corner[1, 1] = corner[3, 2] = 2
    assert box_mask(corner).sum() == 6
    assert not box_mask(np.zeros((5, 5), np.int64)).any()
