"""From a volume and a model version to a prediction: identity, progress, cancelling, memory."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ctviewer.domain.errors import CorruptArtefactError, DeviceError, ModelError, OperationCancelled
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.progress import CancelToken, Progress
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.inference import network_runner, segmenter
from ctviewer.inference.devices import Precision, choose_device, fast_precision
from ctviewer.inference.network_runner import NetworkRunner
from ctviewer.inference.segmenter import segment
from tests.inference.model_folders import constant, version_folder
from tests.support.volumes import volume


class Levels(nn.Module):
    """A network with a known answer: channel c where the picture is nearest to c / 3."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return -(images - torch.arange(4.0).reshape(1, 4, 1, 1) / 3).square()


class TestSegment:
    @pytest.mark.parametrize("channel", [0, 1, 2, 3])
    def test_a_constant_model_gives_a_constant_volume(self, tmp_path: Path, channel: int) -> None:
        version = version_folder(tmp_path / "v", constant(channel))
        scan = volume()
        prediction = segment(scan, version, device="cpu")
        assert prediction.labels.shape == scan.hu.shape
        assert prediction.labels.dtype == np.uint8
        assert (prediction.labels == channel).all()

    def test_channels_become_the_label_values_of_the_manifest(self, tmp_path: Path) -> None:
        segments = (*CHEST_SEGMENTS[:2], Segment(200, "trachea", "Trachea", (0, 158, 115)))
        version = version_folder(tmp_path / "v", constant(3), segments=segments)
        assert (segment(volume(), version, device="cpu").labels == 200).all()

    def test_the_prediction_says_who_where_and_how_long(self, tmp_path: Path) -> None:
        version = version_folder(tmp_path / "v")
        scan = volume()
        prediction = segment(scan, version, device="cpu")
        assert prediction.model == version.identity
        assert prediction.geometry is scan.geometry
        assert prediction.segments == CHEST_SEGMENTS
        assert prediction.device == "cpu"
        assert set(prediction.seconds) == {"load_model", "network", "postprocess"}
        assert prediction.notes == ()

    @pytest.mark.parametrize("batch_size", [1, 5, 64])
    def test_every_slice_gets_its_own_answer_whatever_the_batch(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_size: int
    ) -> None:
        monkeypatch.setattr(segmenter, "load_network", lambda _: Levels())
        channels = np.random.default_rng(0).integers(0, 4, 40)
        scan = volume((40, 16, 16), (2.0, 2.0, 2.0))
        hu = np.broadcast_to((-1000 + channels * 1400 / 3)[:, None, None], (40, 16, 16)).astype(np.int16)
        object.__setattr__(scan, "hu", hu)
        labels = segment(scan, version_folder(tmp_path / "v"), device="cpu", batch_size=batch_size).labels
        assert np.array_equal(labels, np.broadcast_to(channels[:, None, None], labels.shape))

    def test_single_slices_and_tiny_images_work(self, tmp_path: Path) -> None:
        version = version_folder(tmp_path / "v", constant(1))
        for shape in ((1, 40, 48), (2, 5, 90), (3, 33, 7)):
            assert (segment(volume(shape), version, device="cpu").labels == 1).all()

    def test_where_the_scanner_gave_no_data_there_is_no_label(self, tmp_path: Path) -> None:
        version = version_folder(tmp_path / "v", constant(2))
        padding = np.zeros((12, 40, 48), bool)
        padding[:, :5] = True
        labels = segment(volume(padding=padding), version, device="cpu").labels
        assert not labels[padding].any()
        assert (labels[~padding] == 2).all()

    def test_post_processing_of_the_manifest_is_applied_and_its_notes_are_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A network that swaps the sides: right lung (low i) called left."""
        version = version_folder(tmp_path / "v", steps=(PostprocessStep("side_check"),))
        swapped = torch.zeros(1, 4, 16, 16)
        swapped[:, 1, :, :6] = swapped[:, 2, :, 10:] = 1
        monkeypatch.setattr(NetworkRunner, "__call__", lambda _, images: swapped.expand(len(images), -1, -1, -1))
        prediction = segment(volume(), version, device="cpu")
        left, right = (np.argwhere(prediction.labels == value)[:, 2].mean() for value in (1, 2))
        assert left > right
        assert "swapped" in prediction.notes[0]

    def test_progress_rises_to_the_number_of_slices(self, tmp_path: Path) -> None:
        reports: list[Progress] = []
        segment(volume(), version_folder(tmp_path / "v"), device="cpu", progress=reports.append)
        assert {r.total for r in reports} == {12}
        done = [r.done for r in reports]
        assert done == sorted(done)
        assert done[-1] == 12
        assert any("slice" in r.message for r in reports)

    def test_cancelling_stops_within_a_second(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A slow machine: 0.2 s per slice, 400 slices; the user cancels after the third report."""
        version = version_folder(tmp_path / "v")
        token = CancelToken()
        cancelled_at: list[float] = []

        def slow(_: NetworkRunner, images: torch.Tensor) -> torch.Tensor:
            time.sleep(0.2 * len(images))
            return torch.zeros(len(images), 4, 16, 16)

        counter = itertools.count()

        def report(_: Progress) -> None:
            if next(counter) == 3:
                token.cancel()
                cancelled_at.append(time.perf_counter())

        monkeypatch.setattr(NetworkRunner, "__call__", slow)
        with pytest.raises(OperationCancelled):
            segment(volume((400, 8, 8)), version, device="cpu", progress=report, cancel=token, batch_size=64)
        assert time.perf_counter() - cancelled_at[0] < 1.0

    def test_batches_stay_short_on_a_slow_machine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        version = version_folder(tmp_path / "v")
        sizes: list[int] = []

        def slow(_: NetworkRunner, images: torch.Tensor) -> torch.Tensor:
            sizes.append(len(images))
            time.sleep(0.1 * len(images))
            return torch.zeros(len(images), 4, 16, 16)

        monkeypatch.setattr(NetworkRunner, "__call__", slow)
        segment(volume((20, 8, 8)), version, device="cpu", batch_size=16)
        assert max(sizes) * 0.1 <= segmenter.LONGEST_BATCH_S + 1e-9

    def test_damaged_weights_and_wrong_kinds_are_refused(self, tmp_path: Path) -> None:
        version = version_folder(tmp_path / "v")
        version.weights_path.write_bytes(b"x" * 100)
        with pytest.raises(CorruptArtefactError):
            segment(volume(), version, device="cpu")
        classifier = version_folder(tmp_path / "c", kind="classification", segments=(), class_names=("no", "yes"))
        with pytest.raises(ModelError, match="does not segment"):
            segment(volume(), classifier, device="cpu")

    def test_a_manifest_with_too_few_structures_is_refused(self, tmp_path: Path) -> None:
        version = version_folder(tmp_path / "v", segments=CHEST_SEGMENTS[:2], arguments={"width": 2, "classes": 4})
        with pytest.raises(ModelError, match="4 outputs but names 2 structures"):
            segment(volume(), version, device="cpu")


class Greedy(nn.Module):
    """A network that runs out of memory above a number of slices."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest
        self.sizes: list[int] = []

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if len(images) > self.largest:
            raise torch.OutOfMemoryError("injected")
        self.sizes.append(len(images))
        return images.expand(-1, 4, -1, -1) * torch.arange(4.0).reshape(1, 4, 1, 1)


class TestMemory:
    def test_a_full_memory_halves_the_batch_and_says_so(self) -> None:
        network = Greedy(largest=3)
        runner = NetworkRunner(network, "cpu")
        images = torch.rand(10, 1, 8, 8)
        logits = runner(images)
        assert torch.equal(logits[:, 1:2], images)
        assert sum(network.sizes) == 10
        assert max(network.sizes) == 2
        assert "2 slices at once" in runner.notes[-1]
        runner(images)
        assert len(runner.notes) == 2, "the smaller batch is remembered"

    def test_a_single_slice_that_does_not_fit_is_a_sentence(self) -> None:
        runner = NetworkRunner(Greedy(largest=0), "cpu")
        with pytest.raises(DeviceError, match="not enough memory"):
            runner(torch.rand(4, 1, 8, 8))

    def test_other_failures_are_not_taken_for_memory(self) -> None:
        class Broken(nn.Module):
            def forward(self, images: torch.Tensor) -> torch.Tensor:
                raise RuntimeError("CUDA error: device-side assert triggered")

        with pytest.raises(RuntimeError, match="assert triggered"):
            NetworkRunner(Broken(), "cpu")(torch.rand(4, 1, 8, 8))

    def test_a_full_accelerator_hands_over_to_the_cpu(self) -> None:
        """The meta device stands for a GPU on which nothing fits."""

        class OnlyOnCpu(nn.Module):
            def forward(self, images: torch.Tensor) -> torch.Tensor:
                if images.device.type != "cpu":
                    raise torch.OutOfMemoryError("injected")
                return images

        runner = NetworkRunner(OnlyOnCpu(), "meta")
        images = torch.rand(3, 1, 8, 8)
        assert torch.equal(runner(images), images)
        assert runner.device == "cpu"
        assert "continued on the CPU" in runner.notes[-1]


class Rounded(nn.Module):
    """Two classes whose order depends on digits that bfloat16 does not have, in a share of the pixels."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        first = torch.ones_like(images)
        delicate = torch.rand(images.shape, generator=torch.Generator().manual_seed(0)) < self.share
        second = torch.where(delicate, 1.0001, 0.5)
        if torch.is_autocast_enabled("cpu"):
            second = second.to(torch.bfloat16).float()
        return torch.cat([first, second], dim=1)


class TestPrecision:
    @pytest.fixture(autouse=True)
    def fast_hardware(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(network_runner, "fast_precision", lambda _: Precision(torch.bfloat16, "pretended"))

    def test_bfloat16_is_used_where_it_agrees(self) -> None:
        runner = NetworkRunner(Rounded(share=0.0), "cpu")
        assert runner.probe_precision(torch.rand(3, 1, 64, 64), CancelToken()).dtype is torch.bfloat16

    def test_bfloat16_is_not_used_where_it_changes_pixels(self) -> None:
        runner = NetworkRunner(Rounded(share=0.001), "cpu")
        precision = runner.probe_precision(torch.rand(3, 1, 64, 64), CancelToken())
        assert precision.dtype is torch.float32
        assert "agrees on only" in precision.reason

    def test_without_native_support_nothing_is_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(network_runner, "fast_precision", lambda _: Precision(torch.float32, "not native"))
        runner = NetworkRunner(Rounded(share=0.0), "cpu")
        assert runner.probe_precision(torch.rand(1, 1, 8, 8), CancelToken()).dtype is torch.float32


class TestDevices:
    def test_auto_finds_something_that_computes(self) -> None:
        assert torch.ones(2, device=choose_device("auto")).sum() == 2

    def test_the_cpu_is_always_there(self) -> None:
        assert choose_device("cpu") == "cpu"
        assert fast_precision("cpu").dtype in (torch.float32, torch.bfloat16)

    @pytest.mark.parametrize("name", ["tpu", "", "cpux", "cuda:x", "cuda:99"])
    def test_devices_that_do_not_exist_are_refused(self, name: str) -> None:
        with pytest.raises(DeviceError):
            choose_device(name)


def test_a_body_box_leaves_the_outside_empty(tmp_path: Path) -> None:
    spec = InputSpec(size_px=16, hu_low=-1000, hu_high=400, crop="body", margin_mm=4)
    version = version_folder(tmp_path / "v", constant(2), spec=spec)
    scan = volume((6, 120, 120), (5.0, 2.0, 2.0))
    hu = np.full((6, 120, 120), -1000, np.int16)
    hu[:, 40:80, 30:90] = 40
    object.__setattr__(scan, "hu", hu)
    labels = segment(scan, version, device="cpu").labels
    assert (labels[:, 40:80, 30:90] == 2).all()
    assert not labels[:, :, :20].any()
    assert not labels[:, :, 100:].any()
