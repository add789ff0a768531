"""What was measured in a segment, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.gui.widgets.swatch import volume_text
from ctviewer.services.structure_statistics import LOW_ATTENUATION_HU, PERCENTILES, StructureStatistics

LUNG_KEYS = frozenset({"left_lung", "right_lung"})
"""Segments for which the low-attenuation share means something."""

_MEAN = QT_TRANSLATE_NOOP("SegmentWords", "{mean} ± {sd} HU")
_PERCENTILES = QT_TRANSLATE_NOOP("SegmentWords", "P {names}: {values} HU")
_LOW = QT_TRANSLATE_NOOP("SegmentWords", "Below {limit} HU: {share:.1f} %")
_LOW_AND_PRIOR = QT_TRANSLATE_NOOP("SegmentWords", "Below {limit} HU: {share:.1f} % (prior {prior:.1f} %)")
_PRIOR = QT_TRANSLATE_NOOP("SegmentWords", "Prior {volume} ({change})")
_PRIOR_MEAN = QT_TRANSLATE_NOOP("SegmentWords", "Prior {volume} ({change}), {mean} HU")


def detail_lines(now: StructureStatistics, prior: StructureStatistics | None = None) -> tuple[str, ...]:
    """Mean and SD, percentiles, low-attenuation share of lungs, and the same structure in the prior."""
    lines = []
    if now.hu_mean is not None and now.hu_sd is not None:
        lines.append(_words(_MEAN).format(mean=_signed(now.hu_mean), sd=f"{now.hu_sd:.0f}"))
    if now.hu_percentiles is not None:
        names = "/".join(str(p) for p in PERCENTILES)
        values = " / ".join(_signed(v) for v in now.hu_percentiles)
        lines.append(_words(_PERCENTILES).format(names=names, values=values))
    if now.segment.key in LUNG_KEYS and now.low_attenuation is not None:
        limit = _signed(LOW_ATTENUATION_HU)
        share = 100 * now.low_attenuation
        if prior is not None and prior.low_attenuation is not None:
            before = 100 * prior.low_attenuation
            lines.append(_words(_LOW_AND_PRIOR).format(limit=limit, share=share, prior=before))
        else:
            lines.append(_words(_LOW).format(limit=limit, share=share))
    if prior is not None and prior.volume_ml > 0:
        change = _percent(now.volume_ml / prior.volume_ml - 1)
        words = {"volume": volume_text(prior.volume_ml), "change": change}
        if prior.hu_mean is None:
            lines.append(_words(_PRIOR).format(**words))
        else:
            lines.append(_words(_PRIOR_MEAN).format(mean=_signed(prior.hu_mean), **words))
    return tuple(lines)


def _percent(share: float) -> str:
    return f"{100 * share:+.1f} %".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def _words(text: str) -> str:
    return QCoreApplication.translate("SegmentWords", text)
