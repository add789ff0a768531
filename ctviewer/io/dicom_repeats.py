"""Different images at one place of a series: what a person can choose between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ctviewer.domain.errors import Answer, UndecidedSeriesError, shown
from ctviewer.domain.study import SeriesRef
from ctviewer.io.dicom_instance import Instance

Slot = tuple[Instance, ...]


def undecided_repeats(series: SeriesRef, slots: Sequence[Slot]) -> UndecidedSeriesError:
    """The question which images of a series to use.

    Parameters
    ----------
    slots
        The images at each place where they differ; at least two each, in the order they were taken.
    """
    first = slots[0]
    where = ", ".join(f"{value:.1f}" for value in first[0].position or ())
    more = f", and so at {len(slots) - 1} more places" if len(slots) > 1 else ""
    names = " and ".join(_name(instance) for instance in first[:2])
    return UndecidedSeriesError(
        series.label,
        f"two different images lie at the same position ({where} mm): {names}{more}",
        "Which one belongs to the scan? Choose, or move the other one out of the folder and open it again.",
        [_answer(series, slots, rank) for rank in range(max(map(len, slots)))],
        tuple(instance.path for instance in first),
    )


def _answer(series: SeriesRef, slots: Sequence[Slot], rank: int) -> Answer:
    """The series with the ``rank``-th image of every slot (or its last, where there are fewer)."""
    kept = [slot[min(rank, len(slot) - 1)] for slot in slots]
    dropped = [
        instance for slot, chosen in zip(slots, kept, strict=True) for instance in slot if instance is not chosen
    ]
    text = f"Use {_name(kept[0])}"
    note = f"Different images lay at the same position: {_listed(kept)} chosen, {_listed(dropped)} left out."
    if len(slots) > 1:
        text += f" and {len(slots) - 1} more"
    choice = f"without {_listed(dropped)}"
    if series.frames:
        places = series.paths if len(series.paths) > 1 else series.paths * len(series.frames)
        gone = {(instance.path, instance.frame) for instance in dropped}
        images = [image for image in zip(places, series.frames, strict=True) if image not in gone]
        paths, frames = zip(*images, strict=True)
        left = replace(series, paths=tuple(dict.fromkeys(paths)) if len(set(paths)) == 1 else paths, frames=frames)
    else:
        files = {instance.path for instance in dropped}
        left = replace(series, paths=tuple(path for path in series.paths if path not in files))
    return Answer(text, replace(left, choice=choice, notes=(*series.notes, note)))


def _name(instance: Instance) -> str:
    return f"frame {instance.frame + 1}" if instance.frame_count > 1 else shown(instance.path.name)


def _listed(instances: Sequence[Instance]) -> str:
    names = ", ".join(_name(instance) for instance in instances[:3])
    return names + (f" and {len(instances) - 3} more" if len(instances) > 3 else "")
