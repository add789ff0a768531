"""A model version: an immutable folder with ``manifest.json``, the weights and a card (``card.md``)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ctviewer.domain.errors import CorruptArtefactError, ModelError
from ctviewer.domain.manifest import Manifest
from ctviewer.domain.prediction import ModelIdentity

MANIFEST_FILE = "manifest.json"
CARD_FILE = "card.md"

MAXIMUM_MANIFEST_BYTES = 8 * 2**20


@dataclass(frozen=True)
class ModelVersion:
    """One immutable version folder.

    Parameters
    ----------
    folder
        Absolute folder with manifest, weights and card.
    manifest
        What it says.
    is_bundled
        Came with the program (True) or was made here (False).
    """

    folder: Path
    manifest: Manifest
    is_bundled: bool = False

    @classmethod
    def from_folder(cls, folder: Path, *, is_bundled: bool = False) -> ModelVersion:
        """Read a version folder; the weights must exist but are not hashed (see `verify`).

        Raises
        ------
        ModelError
            If the manifest is missing or invalid, or the weights file is missing or a link.
        """
        path = folder / MANIFEST_FILE
        try:
            if path.stat().st_size > MAXIMUM_MANIFEST_BYTES:
                raise ModelError(f"The manifest in {folder.name} is too large to be one.")
            manifest = Manifest.from_text(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"{folder.name} has no readable manifest: {error.strerror or error}.") from error
        except UnicodeDecodeError as error:
            raise ModelError(f"The manifest in {folder.name} is not UTF-8 text.") from error
        version = cls(folder.absolute(), manifest, is_bundled)
        weights = version.weights_path
        if weights.is_symlink() or not weights.is_file():
            raise ModelError(f"The weights file {weights.name} of {manifest.ref} is missing.")
        return version

    @property
    def ref(self) -> str:
        """``"id@version"``."""
        return self.manifest.ref

    @property
    def kind(self) -> str:
        """``"segmentation"`` or ``"classification"``."""
        return self.manifest.kind

    @property
    def weights_path(self) -> Path:
        """The weights file."""
        return self.folder / self.manifest.weights_file

    @property
    def card_path(self) -> Path:
        """The model card, Markdown; may not exist for a version somebody else made."""
        return self.folder / CARD_FILE

    @property
    def identity(self) -> ModelIdentity:
        """What predictions and annotations carry."""
        manifest = self.manifest
        return ModelIdentity(manifest.model_id, manifest.version, manifest.weights_sha256, manifest.name)

    def verify(self) -> None:
        """Compare the weights with the recorded SHA-256; call before loading them.

        Raises
        ------
        CorruptArtefactError
            If they differ or cannot be read.
        """
        try:
            found = file_sha256(self.weights_path)
        except OSError as error:
            raise CorruptArtefactError(
                self.weights_path, self.manifest.weights_sha256, error.strerror or str(error)
            ) from error
        if found != self.manifest.weights_sha256:
            raise CorruptArtefactError(self.weights_path, self.manifest.weights_sha256, f"{found[:12]}…")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
