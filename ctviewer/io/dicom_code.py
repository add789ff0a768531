"""Coded concepts as highdicom wants them."""

from __future__ import annotations

from highdicom.sr.coding import CodedConcept as DicomCode

from ctviewer.domain.segment import CodedConcept


def dicom_code(concept: CodedConcept) -> DicomCode:
    """The same code, for a data set."""
    return DicomCode(value=concept.value, scheme_designator=concept.scheme, meaning=concept.meaning)
