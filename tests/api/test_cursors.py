"""A cursor is read back as it was written, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import cursors
from chalicelib.errors import InvalidRequestError

KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)


@given(KEYS)
def test_a_cursor_is_read_back(sort_key: str) -> None:
    assert cursors.read(cursors.write(sort_key)) == sort_key


@pytest.mark.parametrize(
    "cursor", ["", "é", "a", "!!!!", "_w", "YQ==", "YR", cursors.write("x" * 1025)]
)
def test_what_was_never_written_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequestError, match="cursor"):
        cursors.read(cursor)
