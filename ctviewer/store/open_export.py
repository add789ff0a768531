"""The whole store in open formats, for reading without this program."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import atomic_write, atomic_write_bytes, write_error
from ctviewer.domain.errors import StoreError
from ctviewer.store.blobs import get_blob
from ctviewer.store.database import reading
from ctviewer.store.revisions import select_revisions


def export_store(path: Path, folder: Path) -> int:
    """Write all revisions and the whole journal in open formats, for reading without this program.

    ``revisions.json`` (one record per revision), ``labels/<sha256>.npy`` and ``journal.jsonl`` (who did what, when,
    with which tool or model).

    Returns
    -------
    int
        Number of revisions written.
    """
    try:
        (folder / "labels").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder / "labels", error) from error
    with reading(path) as connection:
        revisions = select_revisions(connection)
        for info in revisions:
            labels = get_blob(connection, info.labels_sha256, info.shape)
            _write_npy(folder / "labels" / f"{info.labels_sha256}.npy", labels)
        records = [{name: getattr(info, name) for name in info.__dataclass_fields__} for info in revisions]
        atomic_write_bytes(folder / "revisions.json", json.dumps(records, indent=2, ensure_ascii=False).encode())
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in _journal_lines(connection)]
        atomic_write_bytes(folder / "journal.jsonl", "".join(lines).encode())
        return len(revisions)


def _write_npy(path: Path, labels: np.ndarray) -> None:
    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.save(file, labels, allow_pickle=False)

    def verify(temporary: Path) -> None:
        if not np.array_equal(np.load(temporary, allow_pickle=False), labels):
            raise StoreError(f"{path.name} reads back differently from what was written.", "Check the disk.")

    atomic_write(path, write, verify, needed_bytes=labels.nbytes)


def _journal_lines(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    rows = connection.execute(
        "SELECT d.series_key, g.id AS number, g.name, g.tool, g.author, g.created_at, g.model_id, g.model_version,"
        " g.n_changed, g.live FROM gesture g JOIN document d ON d.id = g.document_id ORDER BY g.id"
    )
    names = [column[0] for column in rows.description]
    for row in rows:
        yield dict(zip(names, row, strict=True))
