"""The user's preferences: a value, and its file in the data folder.

A missing file means defaults. A damaged file, or a value out of range, costs a sentence and the default of what is
damaged; it never stops the program.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.windowing import PRESETS, Window

DEVICES = ("auto", "cpu", "cuda", "mps")
LANGUAGES = ("system", "en", "ru")
TEXT_SCALES = (0.75, 2.5)
"""Smallest and largest text size, relative to the system's."""
MOST_KEYS = 6
"""Key sequences one action can have."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user chose.

    Parameters
    ----------
    author
        Name written into annotations; empty for the login name.
    language
        Language of the interface, ISO 639-1; ``"system"`` follows the system.
    text_scale
        Text size relative to the system's, 0.75 to 2.5.
    device
        Where models run: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    ram_cap_mb
        Hard memory limit of a training run.
    brush_radius_mm
        Radius the brush starts with.
    overlay_opacity
        0 (invisible) to 1.
    overlay_outline
        Whether structures are drawn as outlines instead of filled.
    window_presets
        Windows on the number keys, at least one.
    shortcuts
        Keys of actions the user has changed, by action id; an empty tuple takes the keys away.
    """

    author: str = ""
    language: str = "system"
    text_scale: float = 1.0
    device: str = "auto"
    ram_cap_mb: int = 4096
    brush_radius_mm: float = 6.0
    overlay_opacity: float = 0.35
    overlay_outline: bool = False
    window_presets: tuple[Window, ...] = PRESETS
    shortcuts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadedPreferences:
    """Preferences and, where something could not be used, a sentence for each."""

    preferences: Preferences
    problems: tuple[str, ...] = ()


def load_preferences(path: Path) -> LoadedPreferences:
    """Read the preferences file; never raises for what is in it."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LoadedPreferences(Preferences())
    except OSError as error:
        reason = error.strerror or str(error)
        return LoadedPreferences(Preferences(), (f"The preferences cannot be read ({reason}); defaults are used.",))
    except (ValueError, RecursionError) as error:
        return LoadedPreferences(
            Preferences(), (f"The preferences in {path.name} are damaged ({error}); defaults are used.",)
        )
    loaded, problems = Preferences(), []
    for name in (f.name for f in fields(Preferences)):
        if name not in values:
            continue
        try:
            loaded = replace(loaded, **{name: _READERS[name](values[name])})
        except (ValueError, TypeError, KeyError):
            problems.append(f"The preference “{name}” has an unusable value; its default is used.")
    return LoadedPreferences(loaded, tuple(problems))


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Write the preferences file, all or nothing; raises `StoreError` if it cannot be written."""
    atomic_write_bytes(path, to_toml(preferences).encode("utf-8", "replace"), mode=0o600)


def to_toml(preferences: Preferences) -> str:
    """Text of the preferences file."""
    lines = [
        f"{name} = {_toml_value(getattr(preferences, name))}"
        for name in (f.name for f in fields(preferences))
        if name not in ("window_presets", "shortcuts")
    ]
    if preferences.shortcuts:
        lines += ["", "[shortcuts]"]
    for action_id, keys in sorted(preferences.shortcuts.items()):
        lines.append(f"{_toml_value(action_id)} = [{', '.join(_toml_value(key) for key in keys)}]")
    for window in preferences.window_presets:
        lines += ["", "[[window_presets]]", f"name = {_toml_value(window.name)}"]
        lines += [f"center_hu = {float(window.center_hu)!r}", f"width_hu = {float(window.width_hu)!r}"]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError
    return value


def _choice(options: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in options:
            raise ValueError
        return str(value)

    return read


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError
        return float(value)

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _presets(value: Any) -> tuple[Window, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return tuple(_preset(item) for item in value)


def _preset(item: Mapping[str, Any]) -> Window:
    number = _number(-100_000, 100_000)
    return Window(number(item["center_hu"]), number(item["width_hu"]), _text(item["name"]))


def _shortcuts(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError
    return {_text(action_id): _keys(keys) for action_id, keys in value.items()}


def _keys(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_KEYS:
        raise ValueError
    return tuple(_text(key) for key in value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "author": _text,
    "language": _choice(LANGUAGES),
    "device": _choice(DEVICES),
    "ram_cap_mb": _whole(256, 1 << 22),
    "brush_radius_mm": _number(0.1, 200.0),
    "overlay_opacity": _number(0.0, 1.0),
    "overlay_outline": _flag,
    "window_presets": _presets,
    "shortcuts": _shortcuts,
    "text_scale": _number(*TEXT_SCALES),
}
