"""DICOM texts by their character set (PS3.5 6.1)."""

from __future__ import annotations

import unicodedata


def decode_text(value: bytes, charset: bytes, *, is_name: bool = False) -> str:
    """Decode a text value; never fails, unknown bytes become replacement characters.

    Parameters
    ----------
    value
        Raw bytes, padding included.
    charset
        Raw value of Specific Character Set.
    is_name
        True for a person name: only its first group of components is used, and ``^`` becomes a space.
    """
    value = value.strip(b" \0")
    if not value:
        return ""
    try:
        text = value.decode("ascii")
        if "\x1b" in text:
            text = _decode(value, charset, is_name=is_name)
    except UnicodeDecodeError:
        text = _decode(value, charset, is_name=is_name)
    if is_name:
        groups = [group.replace("^", " ").strip() for group in text.split("=")]
        text = next((" ".join(group.split()) for group in groups if group), "")
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text).strip()


def _decode(value: bytes, charset: bytes, *, is_name: bool) -> str:
    import warnings

    from pydicom.charset import convert_encodings, decode_bytes
    from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

    terms = [term.strip() for term in charset.decode("ascii", "replace").strip(" \0").split("\\")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encodings = convert_encodings(terms if terms != [""] else ["ISO_IR 192"])
            return decode_bytes(value, encodings, PN_DELIMS if is_name else TEXT_VR_DELIMS)
        except (LookupError, UnicodeError, ValueError):
            return value.decode("utf-8", "replace")
