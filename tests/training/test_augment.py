"""Augmentation: labels follow the picture, left stays left, the seed decides."""

from dataclasses import replace

import numpy as np
import torch
from torchvision.transforms.v2 import functional as pictures

from ctviewer.domain.training_parts import AugmentationSpec
from training.augment import Augmentation

NOTHING = AugmentationSpec(
    rotation_deg=0, scale=0, shift=0, truncation_probability=0, intensity_shift=0, intensity_scale=0, noise=0, gamma=0
)


def _picture(count: int = 16, size: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """A disc left of the middle in the picture (label 2) and a smaller one right of it (label 1)."""
    rows, columns = np.mgrid[:size, :size]
    labels = np.zeros((size, size), np.uint8)
    labels[(rows - size / 2) ** 2 + (columns - size * 0.3) ** 2 < (size * 0.12) ** 2] = 2
    labels[(rows - size / 2) ** 2 + (columns - size * 0.7) ** 2 < (size * 0.09) ** 2] = 1
    images = torch.from_numpy((labels > 0).astype(np.float32)).expand(count, 1, size, size).clone()
    return images, torch.from_numpy(labels).expand(count, size, size).clone()


def test_nothing_asked_changes_nothing() -> None:
    images, labels = _picture()
    new_images, new_labels = Augmentation(NOTHING, torch.Generator().manual_seed(0))(images, labels)
    assert torch.allclose(new_images, images, atol=1e-4)
    assert torch.equal(new_labels, labels)


def test_labels_follow_the_image_and_keep_their_values() -> None:
    images, labels = _picture()
    labels[:, :3] = 255
    spec = AugmentationSpec(probability=1, intensity_shift=0, intensity_scale=0, noise=0, gamma=0)
    new_images, new_labels = Augmentation(spec, torch.Generator().manual_seed(1))(images, labels)
    assert set(np.unique(new_labels)) <= {0, 1, 2, 255}
    counted = new_labels != 255
    seen, said = (new_images[:, 0] > 0.5) & counted, (new_labels > 0) & counted
    assert 2 * (seen & said).sum() / (seen.sum() + said.sum()) > 0.95
    assert not torch.equal(new_labels, labels)


def test_left_stays_left() -> None:
    images, labels = _picture(256)
    _, new_labels = Augmentation(AugmentationSpec(probability=1), torch.Generator().manual_seed(2))(images, labels)
    columns = torch.arange(64)[None, None].float()
    for label, other in ((2, 1),):
        one, two = new_labels == label, new_labels == other
        both = one.any((1, 2)) & two.any((1, 2))
        centre_one = (one * columns).sum((1, 2)) / one.sum((1, 2))
        centre_two = (two * columns).sum((1, 2)) / two.sum((1, 2))
        assert both.sum() > 200
        assert (centre_one < centre_two)[both].all()


def test_the_generator_decides_and_the_range_is_kept() -> None:
    images, labels = _picture()

    def changed(seed: int) -> torch.Tensor:
        return Augmentation(AugmentationSpec(), torch.Generator().manual_seed(seed))(images, labels)[0]

    assert torch.equal(changed(3), changed(3))
    assert not torch.equal(changed(3), changed(4))
    assert changed(3).min() >= 0
    assert changed(3).max() <= 1


def test_inputs_are_not_written_to() -> None:
    images, labels = _picture()
    before = images.clone(), labels.clone()
    Augmentation(AugmentationSpec(), torch.Generator().manual_seed(5))(images, labels)
    assert torch.equal(images, before[0])
    assert torch.equal(labels, before[1])


def test_a_row_is_changed_as_in_the_whole_batch() -> None:
    """Processes that share a batch each compute their rows; together they get what one process would."""
    images, labels = _picture()
    spec = AugmentationSpec(blur=1.0, blur_probability=0.5, flip_probability=0.3)
    whole = Augmentation(spec, torch.Generator().manual_seed(6))(images, labels)
    for rows in (slice(0, 8), slice(8, 16)):
        part = Augmentation(spec, torch.Generator().manual_seed(6)).part(images[rows], labels[rows], rows, 16)
        assert torch.equal(part[0], whole[0][rows])
        assert torch.equal(part[1], whole[1][rows])


def test_flips_and_blur_are_off_unless_asked_for() -> None:
    assert (AugmentationSpec().flip_probability, AugmentationSpec().blur_probability) == (0, 0)
    images, labels = _picture()
    flipped, swapped = Augmentation(replace(NOTHING, flip_probability=1.0), torch.Generator())(images, labels)
    assert torch.equal(swapped, labels.flip(-1))
    assert torch.allclose(flipped, images.flip(-1), atol=1e-4)
    blurred, same = Augmentation(replace(NOTHING, blur=2.0, blur_probability=1.0), torch.Generator())(images, labels)
    assert torch.equal(same, labels)
    assert blurred.std() < images.std()


def test_centre_crop_and_small_turns_are_torchvisions() -> None:
    images, labels = _picture(2)
    cropped, _ = Augmentation(replace(NOTHING, centre_crop=0.125, probability=0), torch.Generator())(images, labels)
    expected = pictures.resize(pictures.center_crop(images, [48, 48]), [64, 64], antialias=False)
    assert (cropped - expected).abs().max() < 1e-3
    turned, _ = Augmentation(replace(NOTHING, probability=1, rotation_deg=5), torch.Generator().manual_seed(1))(
        images, labels
    )
    generator = torch.Generator().manual_seed(1)
    torch.rand(4, generator=generator)  # who is moved and who is mirrored
    angles = (2 * torch.rand(2, generator=generator) - 1) * 5
    for picture, angle, before in zip(turned, angles, images, strict=True):
        expected = pictures.rotate(before, float(angle), pictures.InterpolationMode.BILINEAR)
        assert (picture - expected).abs().mean() < 1e-3
