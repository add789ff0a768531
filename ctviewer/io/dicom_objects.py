"""DICOM objects that are no images, parsed by pydicom: in the decoding process where their bytes come from outside."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from ctviewer.domain.errors import UnreadableFileError

PARSE_ERRORS = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, RuntimeError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip
"""What parsers raise for damaged objects; recursion that is too deep is a runtime error."""

MAX_REASON = 120


def read_object(path: Path, sop_class: str, kind: str) -> Dataset:
    """The data set of an object of one class.

    Parameters
    ----------
    kind
        In words, for the sentence (``"segmentation"``).

    Raises
    ------
    UnreadableFileError
        If it cannot be read, or is of another class.
    """
    try:
        data_set = pydicom.dcmread(path)
        found = data_set.get("SOPClassUID")
    except InvalidDicomError as error:
        raise UnreadableFileError(path, "it is not a DICOM file") from error
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    except PARSE_ERRORS as error:
        raise damaged(path, error) from error
    if found != sop_class:
        raise UnreadableFileError(path, f"it is not a DICOM {kind}")
    return data_set


def check_unique(path: Path, numbers: Sequence[int]) -> None:
    """Raise `UnreadableFileError` if two structures of an object have one number: which voxels are whose is unknown."""
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise UnreadableFileError(path, f"two of its structures have the number {twice[0]}", "Export it again.")


def patient_id(data_set: Dataset) -> str:
    """Patient ID as the image reader has it: a backslash in it does not make it two."""
    value = data_set.get("PatientID") or ""
    return value if isinstance(value, str) else "\\".join(map(str, value))


def damaged(path: Path, error: BaseException) -> UnreadableFileError:
    """The user's error for what a parser raised."""
    reason = (str(error).splitlines() or [type(error).__name__])[0][:MAX_REASON]
    return UnreadableFileError(path, f"its content is damaged ({reason})", "Export it again.")
