"""What the window offers where the annotations cannot be opened because their file is damaged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from ctviewer.domain.errors import DamagedStoreError, StoreError
from ctviewer.session.messages import Choice, Message, MessageLog, Severity
from ctviewer.store.access import login_name
from ctviewer.store.backup import newest_sound_backup, restore_store
from ctviewer.store.lock import this_owner

translate = QCoreApplication.translate


def offer_restoring(error: DamagedStoreError, path: Path, messages: MessageLog) -> None:
    """Say what is damaged, and offer the newest backup that is sound.

    Parameters
    ----------
    path
        The damaged store; nothing happens to it before the user chooses.
    """
    backup = newest_sound_backup(path)
    if backup is None:
        messages.post(Message(Severity.ERROR, error.message, error.hint))
        return
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M UTC")

    def restore() -> None:
        try:
            aside = restore_store(path, backup, this_owner(login_name()))
        except StoreError as failure:
            messages.report(failure)
            return
        kept = aside.name if aside is not None else path.name
        done = translate("DamagedStore", "The backup is in place; the damaged file is kept as {}.")
        messages.warn(done.format(kept), translate("DamagedStore", "Start the program again."))

    hint = translate("DamagedStore", "The backup from {} is sound; until it is restored, changes are not kept.")
    choice = Choice(translate("DamagedStore", "Restore the backup"), restore)
    messages.post(Message(Severity.ERROR, error.message, hint.format(made), choices=(choice,)))
