"""The preferences file: read and written exactly; damage costs no more than the line it is on."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctviewer.config.preferences import Preferences, load_preferences, save_preferences, to_toml
from ctviewer.domain.errors import StoreError
from ctviewer.domain.windowing import Window

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
WINDOWS = st.builds(Window, st.integers(-2000, 3000), st.floats(1, 5000), NAMES)
PREFERENCES = st.builds(
    Preferences,
    author=NAMES,
    language=st.sampled_from(["system", "en", "ru"]),
    text_scale=st.floats(0.75, 2.5),
    shortcuts=st.dictionaries(NAMES, st.lists(NAMES, max_size=3).map(tuple), max_size=3),
    device=st.sampled_from(["auto", "cpu", "cuda", "mps"]),
    ram_cap_mb=st.integers(256, 100_000),
    brush_radius_mm=st.floats(0.1, 200),
    overlay_opacity=st.floats(0, 1),
    overlay_outline=st.booleans(),
    window_presets=st.lists(WINDOWS, min_size=1, max_size=4).map(tuple),
)


def test_a_missing_file_means_defaults_without_a_word(tmp_path: Path) -> None:
    loaded = load_preferences(tmp_path / "preferences.toml")
    assert loaded.preferences == Preferences()
    assert loaded.problems == ()


@settings(max_examples=40)
@given(PREFERENCES)
def test_saving_and_loading_returns_the_same_value(
    tmp_path_factory: pytest.TempPathFactory, chosen: Preferences
) -> None:
    path = tmp_path_factory.mktemp("p") / "preferences.toml"
    save_preferences(path, chosen)
    loaded = load_preferences(path)
    assert loaded.problems == ()
    assert loaded.preferences == chosen
    assert path.stat().st_mode & 0o077 == 0


@given(st.binary(max_size=60))
def test_any_damage_costs_at_most_the_preferences(tmp_path_factory: pytest.TempPathFactory, rubbish: bytes) -> None:
    path = tmp_path_factory.mktemp("p") / "preferences.toml"
    whole = to_toml(Preferences()).encode()
    path.write_bytes(whole[: len(rubbish) * 7] + rubbish)
    loaded = load_preferences(path)
    assert isinstance(loaded.preferences, Preferences)
    assert all(sentence.endswith(".") for sentence in loaded.problems)


@pytest.mark.parametrize(
    "line",
    [
        'device = "toaster"',
        "ram_cap_mb = 1.5",
        "ram_cap_mb = true",
        "overlay_opacity = nan",
        "overlay_opacity = 2",
        "overlay_outline = 1",
        "brush_radius_mm = -1",
        "author = 5",
        "language = 'xx'",
        "window_presets = []",
        "window_presets = [{name = 'a'}]",
        "window_presets = [{name = 'a', center_hu = 0, width_hu = 0}]",
        "window_presets = 'wide'",
    ],
)
def test_one_bad_value_costs_only_itself(tmp_path: Path, line: str) -> None:
    path = tmp_path / "preferences.toml"
    good = "author = 'Ada'\n" if not line.startswith("author") else "language = 'ru'\n"
    path.write_text(f"{good}{line}\n")
    loaded = load_preferences(path)
    name = line.split()[0]
    assert len(loaded.problems) == 1
    assert name in loaded.problems[0]
    assert getattr(loaded.preferences, name) == getattr(Preferences(), name)
    assert loaded.preferences.author == "Ada" or loaded.preferences.language == "ru"


def test_every_field_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    other = Preferences(
        "a",
        "ru",
        1.5,
        "cpu",
        300,
        1.0,
        0.5,
        overlay_outline=True,
        window_presets=(Window(1, 2, "x"),),
        shortcuts={"undo": ("F9",)},
    )
    assert all(getattr(other, f.name) != getattr(Preferences(), f.name) for f in fields(Preferences))
    save_preferences(path, other)
    assert load_preferences(path).preferences == other


def test_saving_into_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        save_preferences(tmp_path / "no" / "preferences.toml", replace(Preferences(), author="x"))
