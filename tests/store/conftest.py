from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctviewer.store.annotation_store import AnnotationStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "annotations.sqlite3"


@pytest.fixture
def open_store(path: Path) -> Iterator[Callable[..., AnnotationStore]]:
    """Open the store of this test; everything opened is closed at the end."""
    opened: list[AnnotationStore] = []

    def open_again(author: str = "Ada", where: Path = path, *, daily_backup: bool = False) -> AnnotationStore:
        opened.append(AnnotationStore(where, author=author, daily_backup=daily_backup))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., AnnotationStore]) -> AnnotationStore:
    return open_store()
