"""Which slice of a study is drawn: uniformly, or a share of the draws among slices with something to learn."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ctviewer.domain.training_parts import SamplerSpec
from training.metrics import IGNORE
from training.studies import Study

Slices = NDArray[np.intp]


class SlicePicker:
    """Chooses a slice of a study.

    Parameters
    ----------
    rare_label
        Label of the rarest structure.
    rare_share, foreground_share, corrected_share
        Shares of draws among slices with that structure, with any structure, or that a person corrected. A study that
        has no such slice gives any of its slices, so that studies keep their equal weight.
    """

    def __init__(
        self,
        rare_label: int = 0,
        rare_share: float = 0.0,
        foreground_share: float = 0.0,
        corrected_share: float = 0.0,
    ) -> None:
        self._rare_label = rare_label
        self._shares = (rare_share, foreground_share, corrected_share)
        self._strata: dict[int, tuple[Slices, Slices, Slices]] = {}

    @classmethod
    def of(cls, spec: SamplerSpec, rare_label: int) -> SlicePicker:
        """Picker with the shares of a request."""
        return cls(rare_label, spec.rare_share, spec.foreground_share, spec.corrected_share)

    def pick(self, study: Study, rng: Generator) -> int:
        """Index of a slice."""
        if any(self._shares):
            lot = rng.random()
            for share, slices in zip(self._shares, self._strata_of(study), strict=True):
                if lot < share and slices.size:
                    return int(slices[rng.integers(slices.size)])
                if lot < share:
                    break
                lot -= share
        return int(rng.integers(len(study.inputs)))

    def forget(self) -> None:
        """Drop what is known about studies that are no longer held."""
        self._strata.clear()

    def _strata_of(self, study: Study) -> tuple[Slices, Slices, Slices]:
        known = self._strata.get(id(study))
        if known is None:
            rare = np.flatnonzero((study.labels == self._rare_label).any(axis=(1, 2)))
            foreground = np.flatnonzero(((study.labels > 0) & (study.labels != IGNORE)).any(axis=(1, 2)))
            known = self._strata[id(study)] = (rare, foreground, np.asarray(study.corrected, np.intp))
        return known
