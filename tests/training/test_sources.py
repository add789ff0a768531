"""How slices are drawn: what is read how often, who is drawn how often, and the same again after a restart."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import SamplerSpec
from training.buffered_source import BufferedSource
from training.cached_source import SliceCache
from training.slice_picker import SlicePicker
from training.sources import PerImageSource, SequentialSource, make_source, studies_within
from training.studies import PreparedLibrary, Study

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


def test_reading_ahead_draws_the_same_within_twice_the_studies() -> None:
    """Order, draws and reads are those without reading ahead; the observed peak stays inside the doubled bound."""
    libraries = CountingLibrary(), CountingLibrary()
    plain = BufferedSource(libraries[0], 3, 4, np.random.default_rng(11))
    ahead = BufferedSource(libraries[1], 3, 4, np.random.default_rng(11), prefetch=True)
    assert np.array_equal(_drawn(plain, 150), _drawn(ahead, 150))
    assert plain.reads == ahead.reads
    ahead.close()
    sizes = sorted((d * 2 * 2 * 3 for d in DEPTHS), reverse=True)
    assert sum(sizes[-3:]) < ahead.peak_bytes <= 2 * sum(sizes[:3])
    assert plain.peak_bytes <= sum(sizes[:3])


@pytest.mark.parametrize("before", [1, 17, 40])
def test_a_source_that_reads_ahead_resumes_exactly(before: int) -> None:
    original = BufferedSource(CountingLibrary(), 4, 5, np.random.default_rng(7), prefetch=True)
    copy = BufferedSource(CountingLibrary(), 4, 5, np.random.default_rng(7), prefetch=True)
    original.draw(before)
    copy.restore(json.loads(json.dumps(original.state())))
    assert np.array_equal(_drawn(original, 90), _drawn(copy, 90))
    original.close()
    copy.close()


def test_a_failing_read_ahead_reaches_the_caller() -> None:
    class BreaksLater(CountingLibrary):
        def read(self, index: int) -> Study:
            if len(self.reads) >= 3:
                raise TrainingError("gone")
            return super().read(index)

    source = BufferedSource(BreaksLater(), 2, 2, np.random.default_rng(0), prefetch=True)
    with pytest.raises(TrainingError, match="gone"):
        source.draw(9)
    source.close()


def _prepared(folder: Path, depths: list[int]) -> PreparedLibrary:
    """Studies on disk as `training.studies.prepare` leaves them."""
    for number, depth in enumerate(depths):
        study = CountingLibrary(depths).read(number)
        (folder / str(number)).mkdir()
        np.save(folder / str(number) / "inputs.npy", study.inputs)
        np.save(folder / str(number) / "labels.npy", study.labels)
        info = {"slices": depth, "bytes": study.nbytes, "pixels": {}, "corrected": [depth - 1]}
        (folder / str(number) / "study.json").write_text(json.dumps(info))
    return PreparedLibrary(folder, [str(number) for number in range(len(depths))])


def test_the_cached_source_draws_studies_equally_and_slices_as_they_are(tmp_path: Path) -> None:
    library = _prepared(tmp_path, DEPTHS)
    source = make_source(SamplerSpec(kind="cached"), library, 1, np.random.default_rng(0))
    images, labels = source.draw(5000)
    studies, slices = images[:, 0, 0].astype(int), images[:, 0, 1].astype(int)
    counts = np.bincount(studies, minlength=len(DEPTHS))
    assert counts.min() > 400
    assert counts.max() < 600
    assert (slices < np.array(DEPTHS)[studies]).all()
    truth = [library.read(n).labels for n in range(len(DEPTHS))]
    assert all(np.array_equal(labels[n], truth[studies[n]][slices[n]]) for n in range(0, 5000, 50))


def test_the_cached_source_gives_pages_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.cached_source.RESIDENT_BYTES", 100)
    source = make_source(SamplerSpec(kind="cached"), _prepared(tmp_path, DEPTHS), 1, np.random.default_rng(0))
    source.draw(400)
    assert 0 < source.peak_bytes <= 100 + 12


def test_the_file_of_a_cached_source_is_written_once(tmp_path: Path) -> None:
    library = _prepared(tmp_path, DEPTHS)
    first = SliceCache(library)
    written = first.path.stat().st_mtime_ns
    assert first.path.stat().st_size == sum(DEPTHS) * first.slice_bytes
    assert SliceCache(library).path.stat().st_mtime_ns == written
    assert SliceCache(PreparedLibrary(tmp_path, ["1", "0"])).path != first.path


def test_corrected_slices_are_drawn_more_often(tmp_path: Path) -> None:
    picker = SlicePicker(corrected_share=0.5)
    library = _prepared(tmp_path, [40])
    source = make_source(SamplerSpec(kind="cached"), library, 1, np.random.default_rng(5), picker)
    share = (_drawn(source, 4000)[:, 1] == 39).mean()
    assert share == pytest.approx(0.5 + 0.5 / 40, abs=0.03)
