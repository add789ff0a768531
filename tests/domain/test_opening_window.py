"""Scans without HU are shown with a window of their own."""

import dataclasses

import numpy as np

from ctviewer.domain.opening_window import opening_window
from ctviewer.domain.windowing import Window
from tests.support.volumes import volume


def asking(scan):
    """The scan, with a window its file recommends."""
    return dataclasses.replace(scan, series=dataclasses.replace(scan.series, windows=(Window(1, 2),)))


def test_values_without_hu_fill_the_grey_scale():
    plain = volume(is_hu=False)
    values = (np.arange(plain.hu.size) % 101).reshape(plain.hu.shape).astype(np.int16)
    scan = dataclasses.replace(plain, hu=values)
    window = opening_window(scan)
    assert 0 <= window.low_hu < 5
    assert 95 < window.high_hu <= 100
    assert opening_window(asking(scan)) == Window(1, 2)


def test_hu_are_shown_with_the_readers_window():
    assert opening_window(asking(volume())) is None
