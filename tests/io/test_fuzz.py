"""A thousand damaged files of every kind: none crashes, hangs, eats memory or is refused without a sentence."""

from __future__ import annotations

import pytest

from tests.io import fuzz


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_damaged_files() -> None:
    outcome = fuzz.run(1000)
    assert outcome.faults == []
    assert outcome.loaded + outcome.refused == 1000
    assert outcome.refused > 300  # the mutations do damage
    assert outcome.grown_mb < 50
    assert outcome.restarts == 0  # no decoder died, and a refusal costs no process


def test_cases_are_the_same_bytes_every_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    first = fuzz.seeds(tmp_path_factory.mktemp("a"))
    for number in range(40):
        assert fuzz.case(first, 0, number) == fuzz.case(first, 0, number)
    assert fuzz.case(first, 0, 7) != fuzz.case(first, 1, 7)
