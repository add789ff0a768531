"""Folders in which new studies appear: looked into from time to time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ctviewer.domain.errors import StoreError
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.study_list import StudyList
from ctviewer.session.workspace import Workspace
from ctviewer.store.study_index import KnownStudies

if TYPE_CHECKING:
    from ctviewer.services.study_listing import FolderNews


class FolderWatch(QObject):
    """Looks into the watched folders from time to time.

    A timer rather than notices of the file system: those do not come from network shares, where scanners write.

    Parameters
    ----------
    workspace
        Runs the looks, and shows what goes wrong.
    study_list
        Gets what was found.
    """

    folders_changed = Signal()

    INTERVAL_MS = 15_000

    def __init__(self, workspace: Workspace, study_list: StudyList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._study_list = study_list
        self._folders: list[Path] = []
        self._settling: dict[Path, tuple[tuple[str, str], ...]] = {}
        self._problems: dict[Path, str] = {}
        self._running: dict[Path, JobHandle] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(self.INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders being watched."""
        return tuple(self._folders)

    def start(self) -> None:
        """Watch the folders the user chose in earlier sessions."""
        known = self._study_list.known
        if known is None:
            return
        try:
            self._folders = known.watched_folders()
        except StoreError as error:
            self._workspace.messages.report(error)
        self._after_change()

    def watch(self, folder: Path) -> None:
        """Look for new studies in a folder from now on."""
        known = self._study_list.known
        if known is None or folder in self._folders:
            return
        try:
            known.watch(folder)
        except StoreError as error:
            self._workspace.messages.report(error)
            return
        self._folders.append(folder)
        self._after_change()

    def unwatch(self, folder: Path) -> None:
        """Stop looking there."""
        known = self._study_list.known
        if known is None or folder not in self._folders:
            return
        try:
            known.unwatch(folder)
        except StoreError as error:
            self._workspace.messages.report(error)
            return
        self._folders.remove(folder)
        self._settling.pop(folder, None)
        self._after_change()

    def look(self) -> None:
        """Look into all folders now; what changed is read at the second look, when it has stopped changing."""
        known = self._study_list.known
        for folder in self._folders:
            if folder in self._running or known is None:
                continue
            settling = self._settling.get(folder, ())

            def read(
                progress: ProgressCallback,
                cancel: CancelToken,
                known: KnownStudies = known,
                folder: Path = folder,
                settling: tuple[tuple[str, str], ...] = settling,
            ) -> object:
                from ctviewer.services import study_listing

                return study_listing.look_for_news(known, folder, settling, progress, cancel)

            job = self._workspace.runner.submit(read, Lane.IO, title="Looking for new studies")
            self._running[folder] = job
            job.succeeded.connect(lambda news, folder=folder: self._take(folder, news))
            job.failed.connect(lambda error: self._workspace.messages.report(error, "Looking for new studies"))
            job.ended.connect(lambda folder=folder: self._running.pop(folder, None))

    def stop(self) -> None:
        """Stop looking, because the window closes."""
        self._timer.stop()

    def _after_change(self) -> None:
        if self._folders:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()
        self.folders_changed.emit()

    def _take(self, folder: Path, news: FolderNews) -> None:
        self._settling[folder] = news.settling
        if news.problem and news.problem != self._problems.get(folder):
            self._workspace.messages.warn(news.problem, "It is looked for again from time to time.")
        self._problems[folder] = news.problem
        if news.added:
            self._study_list.added.emit(len(news.added))
            self._study_list.refresh_soon()
