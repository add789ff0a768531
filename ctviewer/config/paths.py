"""Where resources and user data lie: wheel and checkout, in one place."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from ctviewer.domain.errors import CTViewerError

APP_NAME = "ctviewer"
DATA_DIR_VARIABLE = "CTVIEWER_DATA_DIR"


def resource(relative: str) -> Path:
    """Path of a bundled resource, for example ``resource("models")``.

    Looks into the installed package and the checkout, in this order.

    Raises
    ------
    CTViewerError
        If the resource is in none of them: the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_resources", package.parent / "resources"):
        if (root / relative).exists():
            return root / relative
    raise CTViewerError(f"The installation is incomplete: “{relative}” is missing.", "Install ctviewer again.")


def data_dir() -> Path:
    """Folder for everything the program keeps (annotations, models, runs), created with mode 0700.

    Taken from ``CTVIEWER_DATA_DIR`` if set, else the platform's user data folder. Never a cache or temp folder: patient
    data must not be cleaned away.
    """
    configured = os.environ.get(DATA_DIR_VARIABLE)
    path = Path(configured) if configured else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def bundled_models_dir() -> Path:
    """Folder of the model versions that come with the program (read only)."""
    return resource("models")


def user_models_dir() -> Path:
    """Folder of the model versions made here by retraining."""
    return _subdir("models")


def preferences_path() -> Path:
    """File of the user's preferences."""
    return data_dir() / "preferences.toml"


def deidentification_key() -> Path:
    """Secret that pseudonyms are made with; see `ctviewer.config.secret`."""
    return data_dir() / "deidentification.key"


def store_path() -> Path:
    """Database file of the annotation store."""
    return data_dir() / "annotations.sqlite3"


def study_list_path() -> Path:
    """Database file of the study list."""
    return data_dir() / "studies.sqlite3"


def runs_dir() -> Path:
    """Folder of training runs."""
    return _subdir("runs")


def logs_dir() -> Path:
    """Folder of log files."""
    return _subdir("logs")


def demo_dir() -> Path:
    """Folder where the synthetic demo study is written."""
    return _subdir("demo")


def _subdir(name: str) -> Path:
    path = data_dir() / name
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
