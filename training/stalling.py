"""When to stop: nothing that is measured on the held-out scans gets better any more."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_GAIN = 0.0005
"""Smallest rise of the mean Dice that counts."""
LEAST_FALL = 0.005
"""Smallest relative fall of the loss that counts."""


@dataclass
class Patience:
    """Counts iterations without progress.

    The held-out scans decide only when to stop, never which iteration becomes the model: choosing the luckiest one
    would flatter the comparison that follows on the same scans.

    Parameters
    ----------
    most
        Iterations without progress that are accepted; None for any number.
    best_dice, best_loss, waited
        State; belongs into checkpoints.
    """

    most: int | None
    best_dice: float = float("-inf")
    best_loss: float = float("inf")
    waited: int = 0

    def see(self, dice: float, loss: float) -> None:
        """Take in the figures of an iteration."""
        better = dice > self.best_dice + LEAST_GAIN or loss < self.best_loss * (1 - LEAST_FALL)
        self.best_dice, self.best_loss = max(dice, self.best_dice), min(loss, self.best_loss)
        self.waited = 0 if better else self.waited + 1

    @property
    def is_over(self) -> bool:
        """Whether to stop."""
        return self.most is not None and self.waited >= self.most

    def state(self) -> list[float]:
        """What `restore` needs."""
        return [self.best_dice, self.best_loss, self.waited]

    def restore(self, state: list[float]) -> None:
        """Continue from a saved state."""
        self.best_dice, self.best_loss, self.waited = state[0], state[1], int(state[2])
