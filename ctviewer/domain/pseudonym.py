"""Names instead of identifiers: always the same for the same original, and untraceable without the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_SHIFT_DAYS = 3650


class Dates(StrEnum):
    """What becomes of dates."""

    REMOVED = "removed"
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Keyed hashes (HMAC-SHA256) of identifiers.

    Parameters
    ----------
    secret
        Key; see `ctviewer.config.secret`.
    """

    secret: bytes

    def uid(self, original: str) -> str:
        """A DICOM UID under 2.25 (PS3.5 B.2)."""
        return f"2.25.{int.from_bytes(self._digest('uid', original)[:16], 'big')}"

    def patient(self, original: str) -> str:
        """A patient name and id: ``"ANON-"`` and twelve letters and digits."""
        return "ANON-" + base64.b32encode(self._digest("patient", original)).decode()[:12]

    def shifted_date(self, date: str, patient: str) -> str:
        """A DICOM date (``YYYYMMDD``) moved into the past, by the same number of days for all dates of a patient.

        Empty if it is no date.
        """
        days = 1 + int.from_bytes(self._digest("days", patient)[:8], "big") % LONGEST_SHIFT_DAYS
        try:
            return (datetime.strptime(date.strip(), "%Y%m%d") - timedelta(days=days)).strftime("%Y%m%d")
        except (ValueError, OverflowError):
            return ""

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.new(self.secret, f"{purpose}|{text}".encode(), hashlib.sha256).digest()
