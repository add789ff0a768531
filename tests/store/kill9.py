"""Kill a process that paints, saves, imports and exports, and compare what is on disk with what was acknowledged.

``python -m tests.store.run_kill9 500`` runs it 500 times and prints the report.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from ctviewer.domain.errors import UnreadableFileError
from ctviewer.store.annotation_store import AnnotationStore
from tests.store.painting import Painter, exported_in, found_in

LONGEST_S = 0.5
AT_A_TIME = 4
START_LIMIT_S = 180.0
"""Starting means importing; on a machine that runs much else that takes long."""


@dataclass
class Report:
    """Result of many runs."""

    runs: int = 0
    acknowledged: int = 0
    recovered: int = 0
    reopen_s: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)


def kill_runs(folder: Path, runs: int, seed: int) -> Report:
    """Start, kill, reopen, compare; a few children at a time, because they mostly wait for the disk."""
    context = multiprocessing.get_context("forkserver")  # a fresh process each, without importing everything again
    context.set_forkserver_preload([__name__])
    chance = random.Random(seed)
    report = Report()
    for first in range(0, runs, AT_A_TIME):
        numbers = range(seed + first, seed + min(first + AT_A_TIME, runs))
        children = [_Child(context, folder / f"{number}.sqlite3", number) for number in numbers]
        for child in children:
            acknowledged = child.kill_after(chance.uniform(0.0, LONGEST_S))
            _judge(report, child.path, child.seed, acknowledged)
    return report


class _Child:
    """A painting process."""

    def __init__(self, context: multiprocessing.context.ForkServerContext, path: Path, seed: int) -> None:
        self.path, self.seed = path, seed
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=paint_forever, args=(path, seed, sender), daemon=True)
        self._process.start()
        sender.close()

    def kill_after(self, delay_s: float) -> int:
        """Send SIGKILL some time after painting started; returns the number of acknowledged operations."""
        if not self._receiver.poll(START_LIMIT_S):
            raise RuntimeError("the painting process did not start")
        time.sleep(delay_s)
        self._process.kill()
        self._process.join()
        acknowledged = -1
        try:
            while self._receiver.poll():
                self._receiver.recv_bytes()
                acknowledged += 1
        except EOFError:
            pass
        self._receiver.close()
        return acknowledged


def paint_forever(path: Path, seed: int, sender: multiprocessing.connection.Connection) -> None:
    """Body of the child: one message when it starts, one after each durable operation."""
    faulthandler.dump_traceback_later(60)  # a child that hangs before its first message says where
    painter = Painter(seed, AnnotationStore(path, author="Ada"))
    faulthandler.cancel_dump_traceback_later()
    sender.send_bytes(b"ready")
    while True:
        painter.step()
        sender.send_bytes(b"durable")


def _judge(report: Report, path: Path, seed: int, acknowledged: int) -> None:
    report.runs += 1
    report.acknowledged += acknowledged
    start = time.perf_counter()
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        if store.read_only:
            report.corrupt.append(f"run {seed}: the lock of a dead process holds: {store.read_only_reason}")
            return
        found, state = found_in(store)
        report.reopen_s.append(time.perf_counter() - start)
        problems = [*state.problems, *store.check()]
        report.recovered += "ended unexpectedly" in state.recovery_note
    report.corrupt += [f"run {seed}: {text}" for text in problems]
    painter = Painter(seed)
    for _ in range(acknowledged):
        painter.step()
    before = (painter.expected(), painter.exported_sha256())
    # The operation under way may have been committed without its acknowledgement; it may also have been no change.
    painter.step()
    after = (painter.expected(), painter.exported_sha256())
    try:
        on_disk = (found, exported_in(path))
    except UnreadableFileError as error:
        report.corrupt.append(f"run {seed}: {error}")
        return
    if on_disk not in (before, after):
        report.lost.append(f"run {seed}: {acknowledged} acknowledged, found {on_disk}, expected {before}")
    if path.stat().st_mode & 0o077:
        report.corrupt.append(f"run {seed}: others may read {path.name}")
