"""Which model version is in use, and which were before: one small file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes

logger = logging.getLogger(__name__)

HISTORY_LENGTH = 50
_SCHEMA_VERSION = 1


class ActiveModels:
    """Pointer file: per kind the active ``"id@version"`` and the former ones, newest first.

    A missing or damaged file means that nothing was chosen: the bundled models are used.

    Parameters
    ----------
    path
        The file; created at the first choice.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_damaged(self) -> bool:
        """Whether the file is there, but nothing can be read from it: choices were lost."""
        return self._path.exists() and not self._read()

    def current(self, kind: str) -> str | None:
        """The chosen version; None if none was chosen."""
        active = self._entry(kind).get("active")
        return active if isinstance(active, str) else None

    def history(self, kind: str) -> tuple[str, ...]:
        """Versions used before, the latest first."""
        history = self._entry(kind).get("history")
        return tuple(r for r in history if isinstance(r, str)) if isinstance(history, list) else ()

    def choose(self, kind: str, ref: str, former: str | None) -> None:
        """Make a version the active one and remember the former."""
        if ref == self.current(kind):
            return
        history = [r for r in (former, *self.history(kind)) if r is not None]
        self._write(kind, ref, history)

    def step_back(self, kind: str, ref: str) -> None:
        """Make an earlier version active again; what was used after it is forgotten."""
        history = list(self.history(kind))
        later = history.index(ref) if ref in history else -1
        self._write(kind, ref, history[later + 1 :])

    def _entry(self, kind: str) -> dict[str, Any]:
        entry = self._read().get(kind)
        return entry if isinstance(entry, dict) else {}

    def _read(self) -> dict[str, Any]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("the choice of models in %s cannot be read: %s", self._path.name, error)
            return {}
        kinds = document.get("kinds") if isinstance(document, dict) else None
        return kinds if isinstance(kinds, dict) and document.get("schema_version") == _SCHEMA_VERSION else {}

    def _write(self, kind: str, ref: str, history: list[str]) -> None:
        kinds = {**self._read(), kind: {"active": ref, "history": history[:HISTORY_LENGTH]}}
        document = {"schema_version": _SCHEMA_VERSION, "kinds": kinds}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write_bytes(self._path, (json.dumps(document, indent=2) + "\n").encode(), mode=0o600)
