import json
import math

import numpy as np
import pytest

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_request import SamplerSpec
from training.buffered_source import BufferedSource
from training.slice_picker import SlicePicker
from training.sources import PerImageSource, SequentialSource, make_source, studies_within
from training.studies import Study

DEPTHS = [3, 50, 7, 20, 11, 30, 5, 9, 14, 26]


class CountingLibrary:
    """Studies whose pixels say which study and slice they are; counts reads and how many are alive."""

    def __init__(self, depths: list[int] = DEPTHS) -> None:
        self.depths = depths
        self.reads: list[int] = []

    def __len__(self) -> int:
        return len(self.depths)

    def read(self, index: int) -> Study:
        self.reads.append(index)
        inputs = np.zeros((self.depths[index], 2, 2), np.float16)
        inputs[:, 0, 0] = index
        inputs[:, 0, 1] = np.arange(self.depths[index])
        labels = np.zeros(inputs.shape, np.uint8)
        labels[0] = 3
        labels[: max(1, self.depths[index] // 2), 1] = 1
        return Study(inputs, labels)


def _drawn(source, count: int) -> np.ndarray:
    images, _ = source.draw(count)
    return images[:, 0, :].astype(int)  # columns: study, slice


@pytest.mark.parametrize(("n", "k", "slices"), [(4, 5, 200), (4, 5, 201), (3, 10, 95), (10, 1, 37), (1, 8, 64)])
def test_reads_are_n_per_started_buffer(n: int, k: int, slices: int) -> None:
    library = CountingLibrary()
    source = BufferedSource(library, n, k, np.random.default_rng(0))
    source.draw(slices)
    assert source.reads == len(library.reads) == math.ceil(slices / (n * k)) * n


def test_never_more_than_n_studies_are_held() -> None:
    library = CountingLibrary()
    source = BufferedSource(library, 4, 5, np.random.default_rng(0))
    source.draw(500)
    sizes = sorted((d * 2 * 2 * 3 for d in DEPTHS), reverse=True)
    assert source.peak_bytes <= sum(sizes[:4])
    assert len(source._held) == 4


def test_studies_weigh_equally_whatever_their_depth() -> None:
    """Draws per held study are Binomial(n·k, 1/n): mean k, variance k(1 − 1/n)."""
    n, k, rounds = 5, 10, 600
    source = BufferedSource(CountingLibrary(), n, k, np.random.default_rng(1))
    counts = []
    for _ in range(rounds):
        studies = _drawn(source, n * k)[:, 0]
        held = source._held_indices
        assert set(studies) <= set(held)
        counts += [int((studies == index).sum()) for index in held]
    assert np.mean(counts) == pytest.approx(k)
    assert np.var(counts) == pytest.approx(k * (1 - 1 / n), rel=0.1)


def test_share_of_unused_studies() -> None:
    n, k, rounds = 5, 2, 1500
    source = BufferedSource(CountingLibrary(), n, k, np.random.default_rng(2))
    unused = 0
    for _ in range(rounds):
        studies = set(_drawn(source, n * k)[:, 0])
        unused += len(set(source._held_indices) - studies)
    assert unused / (rounds * n) == pytest.approx((1 - 1 / n) ** (n * k), abs=0.01)


def test_every_study_comes_once_before_the_list_is_shuffled_anew() -> None:
    library = CountingLibrary()
    source = BufferedSource(library, 3, 4, np.random.default_rng(3))
    source.draw(3 * 3 * 4)  # three buffers of three; the tenth study is the tail that is skipped
    assert len(set(library.reads)) == 9
    source.draw(1)
    assert len(library.reads) == 12


def test_slices_are_uniform_within_a_study() -> None:
    source = BufferedSource(CountingLibrary([8]), 1, 8000, np.random.default_rng(4))
    counts = np.bincount(_drawn(source, 8000)[:, 1], minlength=8)
    assert counts.min() > 850
    assert counts.max() < 1150


def test_shares_of_strata() -> None:
    picker = SlicePicker(rare_label=3, rare_share=0.5)
    source = BufferedSource(CountingLibrary([40]), 1, 4000, np.random.default_rng(5), picker)
    share = (_drawn(source, 4000)[:, 1] == 0).mean()  # only slice 0 has the rare label
    assert share == pytest.approx(0.5 + 0.5 / 40, abs=0.03)


@pytest.mark.parametrize("kind", ["buffered", "per_image", "sequential"])
@pytest.mark.parametrize("before", [0, 1, 17, 40])
def test_a_restored_source_draws_what_the_original_would_have(kind: str, before: int) -> None:
    def fresh():
        return make_source(SamplerSpec(kind=kind, k=5), CountingLibrary(), 4, np.random.default_rng(7))

    original, copy = fresh(), fresh()
    if before:
        original.draw(before)
    copy.restore(json.loads(json.dumps(original.state())))
    assert np.array_equal(_drawn(original, 90), _drawn(copy, 90))
    assert original.reads == copy.reads


@pytest.mark.parametrize("kind", ["buffered", "per_image", "sequential"])
def test_the_seed_decides(kind: str) -> None:
    def drawn(seed: int) -> np.ndarray:
        return _drawn(make_source(SamplerSpec(kind=kind), CountingLibrary(), 4, np.random.default_rng(seed)), 60)

    assert np.array_equal(drawn(1), drawn(1))
    assert not np.array_equal(drawn(1), drawn(2))


def test_per_image_reads_once_per_slice() -> None:
    library = CountingLibrary()
    PerImageSource(library, np.random.default_rng(0)).draw(25)
    assert len(library.reads) == 25


def test_sequential_emits_every_slice_of_a_study_once() -> None:
    library = CountingLibrary()
    drawn = _drawn(SequentialSource(library, np.random.default_rng(0)), sum(DEPTHS))
    expected = {(study, k) for study, depth in enumerate(DEPTHS) for k in range(depth)}
    assert {tuple(row) for row in drawn} == expected
    assert library.reads == list(range(len(DEPTHS)))


def test_n_follows_from_the_budget() -> None:
    assert studies_within(100, 30, 10) == 3
    assert studies_within(1e9, 30, 10) == 10
    with pytest.raises(TrainingError, match="memory limit"):
        studies_within(20, 30, 10)


def test_a_failing_read_reaches_the_caller() -> None:
    class Broken(CountingLibrary):
        def read(self, index: int) -> Study:
            raise TrainingError("gone")

    with pytest.raises(TrainingError, match="gone"):
        BufferedSource(Broken(), 2, 2, np.random.default_rng(0)).draw(1)
