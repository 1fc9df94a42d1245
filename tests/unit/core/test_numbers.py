"""Numbers of addresses: plain digits that a database holds, or nothing."""

import pytest

from police_hr.core.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "1e3", "٣", "²", "9" * 19, "9" * 5000, "a\x00"])
def test_anything_else_is_none(text):
    assert whole_number(text) is None
