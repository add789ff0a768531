"""What a radiologist wrote about a scan: one text per series, in files beside the annotation store."""

from __future__ import annotations

from pathlib import Path

from ctviewer.config.atomic import atomic_write_bytes, write_error


class Impressions:
    """Texts by series key.

    Parameters
    ----------
    folder
        Where the files are; made with the first text, readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, series_key: str) -> str:
        """The text of a series; empty if there is none or it cannot be read."""
        try:
            return self._file(series_key).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, series_key: str, text: str) -> None:
        """Keep a text.

        Raises
        ------
        StoreError
            If it cannot be written; the text before it is intact.
        """
        path = self._file(series_key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise write_error(path, error) from error
        atomic_write_bytes(path, text.encode(), mode=0o600)

    def _file(self, series_key: str) -> Path:
        return self._folder / f"{series_key}.txt"
