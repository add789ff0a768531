"""Carrying out a request file: the run folder, the end of a run in an exit code, and failures told in one sentence."""

from __future__ import annotations

import json
import logging
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes, write_error
from ctviewer.domain.errors import CTViewerError, OperationCancelled, TrainingError
from ctviewer.domain.training_request import TrainingRequest
from training.case_list import case_below
from training.curves import draw_curves
from training.events import EventWriter
from training.memory import peak_resident_mb
from training.run import SegmentationRun
from training.team import Team, join_team, leave_team

log = logging.getLogger(__name__)

EXIT_OK, EXIT_BAD_REQUEST, EXIT_FAILED, EXIT_CANCELLED = 0, 2, 3, 4

REQUEST_NAME = "request.json"
CANCEL_NAME = "cancel"


@dataclass
class Stop:
    """Whether the run should end early: a file in the run folder, or a polite signal."""

    run_dir: Path
    signalled: bool = False

    def listen(self) -> None:
        """React to SIGTERM and SIGINT."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def check(self) -> None:
        """Raise `OperationCancelled` if the run should end."""
        if self.signalled or (self.run_dir / CANCEL_NAME).exists():
            raise OperationCancelled

    def _on_signal(self, *_: object) -> None:
        self.signalled = True


def execute(
    asked: Path | TrainingRequest,
    run_dir: Path,
    *,
    prepared: Path | None = None,
    quiet: bool = False,
    pictures: bool = True,
) -> int:
    """Carry out a request to its end; returns the exit code and never raises.

    Parameters
    ----------
    asked
        The request or its file. Relative paths start from the file's folder, else from the current one.
    run_dir
        Where everything goes; created. An unfinished run in it is continued where its last checkpoint is.
    prepared
        Folder of prepared studies to share between runs; default inside the run folder.
    quiet
        Write the events into the run folder only.
    pictures
        Draw the curves at the end.
    """
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:  # there is no folder to keep the record of this in
        failure = write_error(run_dir / REQUEST_NAME, error)
        told = {"event": "failed", "message": failure.message, "hint": failure.hint}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return EXIT_BAD_REQUEST
    team = join_team()
    events = EventWriter(run_dir, echo=not quiet, muted=not team.is_first)
    stop = Stop(run_dir)
    stop.listen()
    try:
        code = _execute(asked, run_dir, prepared, events, stop, team)
        if code == EXIT_OK and pictures and team.is_first:
            _draw(run_dir, events)
        return code
    finally:
        events.close()
        leave_team()


def _execute(
    asked: Path | TrainingRequest, run_dir: Path, prepared: Path | None, events: EventWriter, stop: Stop, team: Team
) -> int:
    try:
        request = team.first_does(lambda: _adopt(asked, run_dir))
    except (CTViewerError, OSError) as error:
        _failed(events, error)
        return EXIT_BAD_REQUEST
    try:
        SegmentationRun(request, run_dir, events, stop.check, prepared, team).complete()
    except OperationCancelled:
        events.emit("cancelled", message="Training was cancelled.", peak_rss_mb=round(peak_resident_mb()))
        return EXIT_CANCELLED
    except CTViewerError as error:
        _failed(events, error)
        return EXIT_FAILED
    except Exception as error:
        log.exception("training failed")
        _failed(events, error)
        return EXIT_FAILED
    return EXIT_OK


def _draw(run_dir: Path, events: EventWriter) -> None:
    try:
        draw_curves(run_dir)
    except MemoryError:  # the pictures are not worth a failed run
        events.emit("warning", message="The memory limit left no room to draw the curves.")


def _adopt(asked: Path | TrainingRequest, run_dir: Path) -> TrainingRequest:
    """The request, kept as a file in the run folder; another run's folder is refused."""
    copy = run_dir / REQUEST_NAME
    if isinstance(asked, TrainingRequest):
        request = _absolute(asked, Path.cwd())
    else:
        request = _absolute(TrainingRequest.read(asked), asked.resolve().parent)
        if copy.resolve() == asked.resolve():
            return request
    text = json.dumps(request.to_json(), indent=1)
    if copy.exists() and copy.read_text(encoding="utf-8") != text:
        raise TrainingError(f"{run_dir} already holds another run.", "Choose an empty folder.")
    atomic_write_bytes(copy, text.encode())
    return request


def _absolute(request: TrainingRequest, root: Path) -> TrainingRequest:
    """The request with absolute paths, so that its copy in the run folder means the same."""
    return replace(
        request,
        cases=[case_below(case, root) for case in request.cases],
        holdout=[case_below(case, root) for case in request.holdout],
        base_model=None if request.base_model is None else str(root / request.base_model),
    )


def _failed(events: EventWriter, error: Exception) -> None:
    message, hint = describe(error)
    events.emit(
        "failed", message=message, hint=hint, cause=f"{type(error).__name__}: {error}"[:500],
        peak_rss_mb=round(peak_resident_mb()),
    )  # fmt: skip


def describe(error: Exception) -> tuple[str, str]:
    """What happened and what to do, in words for a doctor."""
    if isinstance(error, CTViewerError):
        return error.message, error.hint
    text = str(error).lower()
    no_memory = ("out of memory", "can't allocate memory", "bad_alloc", "not enough memory", "bad allocation")
    if isinstance(error, MemoryError) or any(words in text for words in no_memory):
        return (
            "Training ran out of memory; the active model is unchanged.",
            "Raise the memory limit, close other programs or choose a smaller batch.",
        )
    if isinstance(error, OSError):
        return f"Training stopped at a file: {error}.", "Check free disk space and that the scans are still there."
    return (
        f"Training failed unexpectedly ({type(error).__name__}); the active model is unchanged.",
        "The run folder keeps the log; try again or report the problem.",
    )
