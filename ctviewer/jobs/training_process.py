"""A training run as a child process: request file in, JSON lines out, exit code as the verdict.

A separate process keeps the trainer's memory, threads and crashes away from the window, and is the same command an
engineer runs on a server. Stopping escalates: ask (a ``cancel`` file the trainer polls), then terminate, then kill; the
run folder always stays.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

log = logging.getLogger(__name__)

CANCEL_FILE = "cancel"
ASK_SECONDS = 20.0
TERMINATE_SECONDS = 5.0
_EXIT_CANCELLED = 4
_TAIL_CHARACTERS = 4000


class TrainingOutcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrainingVerdict:
    """The end of a run: outcome, and for a failure the sentence and the hint to show."""

    outcome: TrainingOutcome
    message: str = ""
    hint: str = ""
    exit_code: int = 0


def training_command(request: Path, run_dir: Path) -> list[str]:
    """Program and arguments of the trainer."""
    return [sys.executable, "-m", "training", "segment", "--request", str(request), "--out", str(run_dir)]


class TrainingProcess(QObject):
    """Runs one training request in a child process.

    Emits `event_received` for each JSON line and then `ended` exactly once, whatever happens to the child: success,
    cancel, a crash, a kill from outside, or a program that could not be started.

    Parameters
    ----------
    request
        Request file.
    run_dir
        Existing folder of the run.
    command
        Program and arguments; default `training_command`.
    """

    event_received = Signal(object)
    ended = Signal(object)

    def __init__(
        self, request: Path, run_dir: Path, parent: QObject | None = None, command: list[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._run_dir = run_dir
        self._command = command or training_command(request, run_dir)
        self._buffer = b""
        self._stderr_tail = ""
        self._last_failure: dict[str, Any] | None = None
        self._cancel_asked = False
        self._has_ended = False
        self._is_terminated = False
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_stderr)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._escalation = QTimer(self)
        self._escalation.setSingleShot(True)
        self._escalation.timeout.connect(self._escalate)

    @property
    def run_dir(self) -> Path:
        """Folder of the run; it stays after the end."""
        return self._run_dir

    @property
    def pid(self) -> int:
        """Process id of the child; 0 if it does not run."""
        return int(self._process.processId())

    @property
    def is_running(self) -> bool:
        """Whether the child has been started and `ended` has not been emitted."""
        return not self._has_ended and self._process.state() != QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Start the child; returns at once."""
        self._process.start(self._command[0], self._command[1:])

    def cancel(self) -> None:
        """Ask the child to stop; force it if it does not answer."""
        if self._has_ended or self._cancel_asked:
            return
        self._cancel_asked = True
        is_asked = self._ask_to_stop()
        self._escalation.start(int(ASK_SECONDS * 1000) if is_asked else 0)

    def shutdown(self, timeout_s: float = 5.0) -> None:
        """Stop the child now and wait (the window is closing)."""
        if not self.is_running:
            return
        self._cancel_asked = True
        self._ask_to_stop()
        self._process.terminate()
        if not self._process.waitForFinished(int(timeout_s * 1000)):
            self._process.kill()
            self._process.waitForFinished(2000)

    def _ask_to_stop(self) -> bool:
        try:
            (self._run_dir / CANCEL_FILE).touch()
        except OSError:  # a full disk, a folder that went away: what follows asks the process itself
            return False
        return True

    def _escalate(self) -> None:
        if not self.is_running:
            return
        if self._is_terminated:
            self._process.kill()
            return
        self._is_terminated = True
        self._process.terminate()
        self._escalation.start(int(TERMINATE_SECONDS * 1000))

    def _read_events(self) -> None:
        self._buffer += bytes(self._process.readAllStandardOutput().data())
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            self._handle_line(line)

    def _handle_line(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return  # a library printed something: not ours, and not an error
        if not isinstance(event, dict) or "event" not in event:
            return
        if event["event"] == "failed":
            self._last_failure = event
        self.event_received.emit(event)

    def _read_stderr(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._stderr_tail = (self._stderr_tail + text)[-_TAIL_CHARACTERS:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(
                TrainingVerdict(
                    TrainingOutcome.FAILED,
                    f"Training could not be started ({self._process.errorString()}).",
                    "Install ctviewer again.",
                )
            )

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._escalation.stop()
        self._read_events()
        self._read_stderr()
        if self._stderr_tail:
            log.warning("training process wrote to stderr", extra={"tail": self._stderr_tail[-1000:]})
        crashed = status == QProcess.ExitStatus.CrashExit
        self._end(verdict(exit_code, crashed=crashed, cancel_asked=self._cancel_asked, failure=self._last_failure))

    def _end(self, result: TrainingVerdict) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self.ended.emit(result)


def verdict(exit_code: int, *, crashed: bool, cancel_asked: bool, failure: dict[str, Any] | None) -> TrainingVerdict:
    """What the end of a child process means, in words a doctor understands.

    Parameters
    ----------
    exit_code
        The child's exit code (or signal number where it crashed).
    crashed
        Whether a signal ended it.
    cancel_asked
        Whether we asked it to stop.
    failure
        The child's own ``failed`` event, if it wrote one.
    """
    if cancel_asked and (crashed or exit_code != 0):
        return TrainingVerdict(TrainingOutcome.CANCELLED, "Training was cancelled.", exit_code=exit_code)
    if exit_code == 0 and not crashed:
        return TrainingVerdict(TrainingOutcome.SUCCEEDED)
    if exit_code == _EXIT_CANCELLED and not crashed:
        return TrainingVerdict(TrainingOutcome.CANCELLED, "Training was cancelled.", exit_code=exit_code)
    if failure is not None:
        return TrainingVerdict(
            TrainingOutcome.FAILED, str(failure.get("message", "")), str(failure.get("hint", "")), exit_code
        )
    if crashed and exit_code == 9:
        message = "Training was stopped by the system, most likely because the memory ran out."
        return TrainingVerdict(TrainingOutcome.FAILED, message, "Lower the memory limit or close other programs.", 9)
    what = f"signal {exit_code}" if crashed else f"code {exit_code}"
    return TrainingVerdict(
        TrainingOutcome.FAILED,
        f"Training ended unexpectedly ({what}).",
        "The active model and all annotations are unchanged. The run folder keeps the log.",
        exit_code,
    )


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONUNBUFFERED", "1")
    environment.insert("PYTHONIOENCODING", "utf-8")
    # The trainer is a top-level package beside ours; in a checkout that is started from elsewhere it must be found.
    root = str(Path(__file__).resolve().parents[2])
    environment.insert("PYTHONPATH", os.pathsep.join(p for p in (root, environment.value("PYTHONPATH")) if p))
    return environment
