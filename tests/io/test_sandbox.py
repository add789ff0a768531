"""A decoder that crashes, hangs, panics or grows costs one item, never the viewer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from ctviewer.domain.errors import OperationCancelled
from ctviewer.domain.progress import CancelToken
from ctviewer.io.sandbox import decoder_process
from ctviewer.io.sandbox.decoder_process import Failure, Request
from ctviewer.io.sandbox.pool import DecodePool
from ctviewer.io.sandbox.shared_array import SharedArray


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[DecodePool]:
    monkeypatch.setattr(decoder_process, "WORKER_MODULE", "tests.io.misbehaving_worker")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    pool = DecodePool(size=2)
    yield pool
    pool.shutdown()


def outcome(pool: DecodePool, task: str, **item: Any) -> Any:
    return pool.run_one(Request(task, [item], deadline_s=20.0))


@pytest.mark.parametrize(
    ("task", "reason"),
    [("crash", "its decoder crashed on it"), ("panic", "damaged (Panic)"), ("grow", "more memory than it may use")],
)
def test_failure_is_a_reason_and_the_pool_goes_on(pool: DecodePool, task: str, reason: str) -> None:
    result = outcome(pool, task)
    assert isinstance(result, Failure)
    assert reason in result.reason
    assert outcome(pool, "panic").reason  # another process, or the same one, is there


def test_hang_ends_at_the_deadline(pool: DecodePool, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(pool, "panic")  # started: only the deadline of the item counts now
    start = time.monotonic()
    result = pool.run_one(Request("hang", [{}], deadline_s=0.5))
    assert isinstance(result, Failure)
    assert "too long" in result.reason
    assert time.monotonic() - start < 20


def test_process_cannot_write_files(pool: DecodePool, tmp_path: Path) -> None:
    result = outcome(pool, "write_file", path=str(tmp_path / "planted"))
    assert isinstance(result, Failure)
    assert not (tmp_path / "planted").exists() or (tmp_path / "planted").stat().st_size == 0


def test_arrays_come_back_without_a_copy_and_the_crash_hits_its_own_item_only(pool: DecodePool) -> None:
    shared = SharedArray.create((8, 4), "<i2")
    items = [{"at": n, "value": 10 + n, "crash": n == 3} for n in range(8)]
    requests = [Request("fill", items[:2], {"out": shared}), Request("fill", items[4:], {"out": shared})]
    broken = Request("fill", items[2:4], {"out": shared})
    results: dict[tuple[int, int], Any] = {}
    pool.run([*requests, broken], lambda request, n, result: results.update({(id(request), n): result}))
    shared.close()
    assert shared.array[:, 0].tolist() == [10, 11, 12, 0, 14, 15, 16, 17]
    assert isinstance(results[id(broken), 1], Failure)
    assert results[id(broken), 0] == 12
    assert len(results) == 8


def test_cancel_is_quick_and_leaves_no_process_at_work(pool: DecodePool) -> None:
    outcome(pool, "panic")
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    start = time.monotonic()
    with pytest.raises(OperationCancelled):
        pool.run([Request("hang", [{}], deadline_s=60)], lambda *_: None, token)
    assert time.monotonic() - start < 5
    assert not [
        c for c in psutil.Process().children() if c.status() == psutil.STATUS_RUNNING and c.cpu_percent(0.1) > 50
    ]


def test_an_error_of_the_caller_frees_the_process(pool: DecodePool) -> None:
    def fail(*_: object) -> None:
        raise ValueError("the caller is broken")

    shared = SharedArray.create((2,), "<i2")
    with pytest.raises(ValueError, match="caller is broken"):
        pool.run([Request("fill", [{"at": n, "value": 1} for n in range(2)], {"out": shared})], fail)
    shared.close()
    assert isinstance(outcome(pool, "panic"), Failure)


def test_several_threads_share_the_pool(pool: DecodePool) -> None:
    results: list[int] = []

    def work() -> None:
        shared = SharedArray.create((4,), "<i2")
        pool.run(
            [Request("fill", [{"at": n, "value": n} for n in range(4)], {"out": shared})],
            lambda _, __, result: results.append(result),
        )
        shared.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == sorted(list(range(4)) * 6)


def test_shutdown_ends_every_process(pool: DecodePool) -> None:
    before = set(psutil.Process().children())
    outcome(pool, "panic")
    started = set(psutil.Process().children()) - before
    assert started
    pool.shutdown()
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in started)


def test_memory_of_an_untouched_array_costs_nothing() -> None:
    before = psutil.Process().memory_info().rss
    shared = SharedArray.create((2000, 512, 512), "<i2")  # 1 GiB
    shared.array[3, 4, 5] = 7
    assert psutil.Process().memory_info().rss - before < 20 * 2**20
    assert int(shared.array[3].astype(np.int64).sum()) == 7
    shared.close()
