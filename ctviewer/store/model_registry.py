"""The model versions on this machine: bundled ones, those made here, and which one is in use.

A version folder never changes once it is in place. A retrained model enters as a candidate; making it active is a
separate step that can be taken back.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ctviewer.config.atomic import check_free_space, flush_file, flush_folder, remove_leftovers, write_error
from ctviewer.domain.errors import CTViewerError, ModelError
from ctviewer.domain.manifest import split_ref
from ctviewer.domain.model_version import CARD_FILE, MANIFEST_FILE, ModelVersion
from ctviewer.store.active_models import ActiveModels

logger = logging.getLogger(__name__)

COPIED_SUFFIXES = frozenset({".json", ".jsonl", ".csv", ".md", ".txt", ".png", ".svg"})
"""Files that travel with a version beside manifest, weights and card; anything else stays behind."""


@dataclass(frozen=True, slots=True)
class UnusableModel:
    """A version folder that cannot be used, with the reason as a sentence."""

    folder: Path
    reason: str


class ModelRegistry:
    """Versions under a read-only bundled folder and a user folder.

    Parameters
    ----------
    bundled_dir
        Versions that came with the program; may be missing.
    user_dir
        Versions made here, as ``model_id/version``; also holds the pointer to the active ones.
    """

    def __init__(self, bundled_dir: Path, user_dir: Path) -> None:
        self._bundled_dir = bundled_dir
        self._user_dir = user_dir
        self._active = ActiveModels(user_dir / "active.json")

    def versions(self, kind: str | None = None) -> tuple[ModelVersion, ...]:
        """Usable versions, bundled first, then by creation time; weights are present but not hashed here."""
        usable, _ = self._scan()
        return tuple(v for v in usable if kind in (None, v.kind))

    def unusable(self) -> tuple[UnusableModel, ...]:
        """Version folders that are damaged or ambiguous; the others keep working."""
        return tuple(self._scan()[1])

    def get(self, ref: str) -> ModelVersion:
        """The version ``"id@version"``.

        Raises
        ------
        ModelError
            If there is none, or it is unusable (with the reason).
        """
        split_ref(ref)
        usable, broken = self._scan()
        for version in usable:
            if version.ref == ref:
                return version
        model_id, number = split_ref(ref)
        for item in broken:
            if item.folder == self._folder_of(model_id, number):
                raise ModelError(f"The model {ref} cannot be used: {item.reason}", "Choose another model version.")
        known = ", ".join(v.ref for v in usable) or "none"
        raise ModelError(f"There is no model {ref}.", f"Installed: {known}.")

    def active(self, kind: str) -> ModelVersion:
        """The version in use for a kind.

        Without a choice by the user it is the newest bundled one. If the chosen one became unusable, the one used
        before it takes over (see `notices`).

        Raises
        ------
        ModelError
            If no usable version of this kind exists.
        """
        return self._resolve(kind)[0]

    def notices(self, kind: str) -> tuple[str, ...]:
        """Sentences the user should read about the choice of the active version; mostly none."""
        try:
            chosen, notices = self._resolve(kind)
            if self._active.is_damaged:
                lost = f"The record of the models in use is damaged; {chosen.ref} is used until you choose another."
                return (lost, *notices)
            return notices
        except ModelError as error:
            return (str(error),)

    def is_active(self, version: ModelVersion) -> bool:
        """Whether this version is the one in use; a user version that is not is a candidate."""
        return self.active(version.kind).ref == version.ref

    def previous(self, kind: str) -> ModelVersion | None:
        """What `rollback` would return to; None if nothing was replaced."""
        usable = {v.ref: v for v in self.versions(kind)}
        current = self.active(kind).ref
        return next((usable[r] for r in self._active.history(kind) if r in usable and r != current), None)

    def activate(self, version: ModelVersion | str) -> ModelVersion:
        """Put a version in use; its weights are verified first and the former choice is remembered.

        Raises
        ------
        CorruptArtefactError
            If the weights are damaged; the former choice stays.
        ModelError
            If the version is not registered.
        """
        chosen = self.get(version if isinstance(version, str) else version.ref)
        chosen.verify()
        former = self._former(chosen.kind)
        self._active.choose(chosen.kind, chosen.ref, former)
        logger.info("model %s is now active for %s", chosen.ref, chosen.kind)
        return chosen

    def rollback(self, kind: str) -> ModelVersion:
        """Return to the version used before the active one.

        Raises
        ------
        ModelError
            If there is none.
        CorruptArtefactError
            If that version is damaged; the active one stays.
        """
        target = self.previous(kind)
        if target is None:
            raise ModelError(f"There is no earlier {kind} model to return to.")
        target.verify()
        self._active.step_back(kind, target.ref)
        logger.info("model %s is active for %s again", target.ref, kind)
        return target

    def install(self, folder: Path) -> ModelVersion:
        """Copy a version folder into the user's models; it becomes a candidate.

        The copy is made in a temporary folder, flushed, verified and renamed into place: a crash leaves no half
        version.

        Raises
        ------
        ModelError
            If the folder is no valid version, or the version exists already (versions are never overwritten).
        CorruptArtefactError
            If the weights do not match the manifest.
        StoreError
            If the disk is full or the models folder cannot be written.
        """
        source = ModelVersion.from_folder(folder)
        source.verify()
        if any(v.ref == source.ref for v in self.versions()):
            raise ModelError(f"The model {source.ref} is installed already.", "A version is never overwritten.")
        target = self._folder_of(source.manifest.model_id, source.manifest.version)
        if target.exists():
            raise ModelError(f"The folder of {source.ref} exists already.", "A version is never overwritten.")
        try:
            self._copy(source, target)
        except OSError as error:
            raise write_error(target, error) from error
        logger.info("model %s installed", source.ref)
        return ModelVersion.from_folder(target)

    def _copy(self, source: ModelVersion, target: Path) -> None:
        files = list(_files_of(source))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        check_free_space(target, sum(f.stat().st_size for f in files))
        remove_leftovers(target.parent, ".installing-*")
        temporary = target.parent / f".installing-{secrets.token_hex(4)}"
        temporary.mkdir(mode=0o700)
        try:
            for file in files:
                shutil.copyfile(file, temporary / file.name)
                flush_file(temporary / file.name)
                (temporary / file.name).chmod(0o400)
            ModelVersion.from_folder(temporary).verify()
            flush_folder(temporary)
            os.rename(temporary, target)  # noqa: PTH104 - refuses a target that has content, replace() may not
            flush_folder(target.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _former(self, kind: str) -> str | None:
        try:
            return self.active(kind).ref
        except ModelError:
            return None

    def _resolve(self, kind: str) -> tuple[ModelVersion, tuple[str, ...]]:
        versions = self.versions(kind)
        usable = {v.ref: v for v in versions}
        wanted = self._active.current(kind)
        if wanted in usable:
            return usable[wanted], ()
        bundled = [v for v in versions if v.is_bundled] or list(versions)
        fallbacks = [r for r in self._active.history(kind) if r in usable] if wanted else []
        if not fallbacks and not bundled:
            raise ModelError(f"No usable {kind} model is installed.", "Install the program again or import a model.")
        chosen = usable[fallbacks[0]] if fallbacks else bundled[-1]
        notice = f"The model {wanted} cannot be used any more; {chosen.ref} is used instead." if wanted else ""
        return chosen, (notice,) if notice else ()

    def _scan(self) -> tuple[list[ModelVersion], list[UnusableModel]]:
        usable: dict[str, ModelVersion] = {}
        broken: list[UnusableModel] = []
        for root, is_bundled in ((self._bundled_dir, True), (self._user_dir, False)):
            found = []
            for folder in _version_folders(root):
                try:
                    found.append(ModelVersion.from_folder(folder, is_bundled=is_bundled))
                except CTViewerError as error:
                    broken.append(UnusableModel(folder, str(error)))
            for version in sorted(found, key=lambda v: (v.manifest.created_at, v.ref)):
                if version.ref in usable:
                    broken.append(UnusableModel(version.folder, f"Another folder holds the model {version.ref} too."))
                else:
                    usable[version.ref] = version
        return list(usable.values()), broken

    def _folder_of(self, model_id: str, version: str) -> Path:
        return self._user_dir / model_id / version


def _version_folders(root: Path) -> Iterator[Path]:
    """Folders up to two levels deep that hold a manifest or weights; names with a leading dot are unfinished."""
    if not root.is_dir():
        return
    for first in sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")):
        if _looks_like_version(first):
            yield first
            continue
        for second in sorted(p for p in first.iterdir() if p.is_dir() and not p.name.startswith(".")):
            if _looks_like_version(second):
                yield second


def _looks_like_version(folder: Path) -> bool:
    return (folder / MANIFEST_FILE).exists() or any(folder.glob("*.safetensors"))


def _files_of(version: ModelVersion) -> Iterator[Path]:
    for path in sorted(version.folder.iterdir()):
        wanted = path == version.weights_path or path.name == CARD_FILE or path.suffix in COPIED_SUFFIXES
        if wanted and path.is_file() and not path.is_symlink():
            yield path
