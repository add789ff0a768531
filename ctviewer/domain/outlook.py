"""What a look at a case is likely to be worth, from what is known without opening it."""

from __future__ import annotations

from dataclasses import dataclass

DOUBT_HALF_ML = 300.0
"""Volume of close calls at which something to correct is as likely as not.

Every outline has some: the bundled model has 260 ml to 420 ml of them in a whole real thorax, 80 ml in 10 cm of one.
"""

CHANGED_HALF_ML = 100.0
"""The same for what a prediction changed in an earlier mask."""

FINDING_SHARE = 0.3
"""Chance of something to correct behind one finding of the check."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Reasons to look at a case again.

    Parameters
    ----------
    doubt_ml
        Volume of the close calls of the last prediction, on slices nobody looked at yet.
    changed_ml
        Volume of an earlier mask that the last prediction changed, on slices nobody looked at yet.
    findings
        What the check of the mask found when it ran last.
    """

    doubt_ml: float = 0.0
    changed_ml: float = 0.0
    findings: int = 0

    @property
    def worth(self) -> float:
        """Expected benefit, 0 to 1: the reasons join like chances that something is wrong."""
        fine = DOUBT_HALF_ML / (DOUBT_HALF_ML + self.doubt_ml)
        fine *= CHANGED_HALF_ML / (CHANGED_HALF_ML + self.changed_ml)
        return 1.0 - fine * (1.0 - FINDING_SHARE) ** self.findings
