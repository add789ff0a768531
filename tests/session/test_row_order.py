"""Which rows of the study list are shown, and in which order."""

from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.session.row_order import RowFilter, in_order

ROWS = (
    StudyRow("a", "p", patient_name="müller", slices=300, status=CaseStatus.ACCEPTED),
    StudyRow("b", "q", patient_name="Abel", slices=20),
    StudyRow("c", "r", patient_name="abel", slices=300, exclusion="It is a localizer."),
)


def keys(rows):
    return "".join(row.series_key for row in rows)


def test_numbers_words_and_status_have_their_own_order_and_equal_rows_stay_as_they_came():
    assert keys(in_order(ROWS, "", descending=True)) == "abc"
    assert keys(in_order(ROWS, "slices", descending=True)) == "acb"
    assert keys(in_order(ROWS, "patient_name", descending=False)) == "bca"
    assert keys(in_order(ROWS, "status", descending=False)) == "bca"


def test_all_words_of_a_search_must_occur_and_unused_series_are_shown_on_request():
    def shown(row_filter):
        return keys(row for row in ROWS if row_filter.accepts(row, row.words))

    assert shown(RowFilter()) == "ab"
    assert shown(RowFilter(all_series=True)) == "abc"
    assert shown(RowFilter(text="ABEL", all_series=True)) == "bc"
    assert shown(RowFilter(text="abel müller")) == ""
    assert shown(RowFilter(statuses=frozenset({CaseStatus.ACCEPTED}))) == "a"
