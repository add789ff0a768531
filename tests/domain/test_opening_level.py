"""A scan opens where a chest reader begins."""

from ctviewer.domain.opening_level import opening_place
from tests.support.long_body import body


def test_a_long_scan_opens_at_the_most_lung():
    k, j, i = opening_place(body(slice(28, 42)))
    assert 32 <= k < 42
    assert (j, i) == (20, 20)  # between the lungs


def test_a_chest_scan_opens_in_its_middle_unless_that_shows_no_lung():
    chest = (6.0, 10.0, 10.0)
    assert opening_place(body(slice(16, 42), chest))[0] == 24
    assert opening_place(body(slice(34, 48), chest))[0] >= 38


def test_where_nothing_says_what_is_air_or_up_it_is_the_middle():
    assert opening_place(body(slice(28, 42), is_hu=False))[0] == 24
    assert opening_place(body(slice(28, 42), is_scaled=False))[0] == 24
    assert opening_place(body(slice(48, 48)))[0] == 24
    assert opening_place(body(slice(28, 42), (12.0, 5.0, 5.0)))[0] == 24  # too narrow: lungs may be cut off
