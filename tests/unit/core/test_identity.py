"""ID numbers, phones and badges. The area 990000 does not exist: no number here is a person's."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from police_hr.core.identity import (
    MESSAGES,
    IdentityError,
    check_digit,
    check_id_number,
    mask_id_number,
    mask_phone,
    normalise_badge,
    normalise_phone,
)


def test_the_published_example():
    """The two numbers printed in GB 11643-1999: 11010519491231002X and 440524188001010014."""
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_what_a_number_says():
    number = "99000019900307123"
    found = check_id_number(f" ９{number[1:]}{check_digit(number)}\n")
    assert (found.birth, found.sex, found.area) == (dt.date(1990, 3, 7), "male", "990000")
    assert check_id_number("99000019900307124" + check_digit("99000019900307124")).sex == "female"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("990000900307123", "length"),
        ("9" * 200, "length"),
        ("99000019900307123Y", "characters"),
        ("9900001990030712XX", "characters"),
        ("٩٩٠٠٠٠١٩٩٠٠٣٠٧١٢٣٤", "characters"),
        ("990000199002301231", "birth"),
        ("990000189912311231", "birth"),
        ("990000299012311231", "birth"),
    ],
)
def test_impossible_numbers(text, code):
    with pytest.raises(IdentityError) as error:
        check_id_number(text, today=dt.date(2026, 11, 23))
    assert error.value.code == code


def test_the_expected_check_digit_is_named():
    right = check_digit("99000019900307123")
    wrong = "0" if right != "0" else "1"
    with pytest.raises(IdentityError) as error:
        check_id_number("99000019900307123" + wrong)
    assert error.value.expected == right
    assert right in str(error.value)


NUMBERS = st.builds(
    lambda birth, order: (body := f"990000{birth:%Y%m%d}{order:03}") + check_digit(body),
    st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)),
    st.integers(0, 999),
)


@given(NUMBERS, st.data())
@settings(max_examples=300)
def test_every_single_error_and_swap_is_found(number, data):
    """ISO 7064 MOD 11-2 finds every single wrong digit and every swap of neighbours."""
    assert check_id_number(number.lower()).number == number
    place = data.draw(st.integers(0, 16))
    wrong = number[:place] + data.draw(st.sampled_from("0123456789")) + number[place + 1 :]
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    for other in (wrong, swapped):
        if other != number:
            with pytest.raises(IdentityError):
                check_id_number(other)


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_any_text(text):
    for read in (check_id_number, normalise_badge):
        try:
            read(text)
        except IdentityError as refused:
            if not str(refused):
                pytest.fail("an error without a sentence")
    assert len(mask_id_number(text)) <= 12
    mask_phone(text)
    normalise_phone(text)


def test_every_message_can_be_said():
    for code in MESSAGES:
        assert str(IdentityError(code, count=1, birth="x", value="x"))


def test_masks():
    assert mask_id_number("990119900307120312") == "9901****0312"
    assert mask_id_number("1234") == "****"
    assert mask_phone("+86 138-0000-1234") == "138****1234"
    assert mask_phone("0571-88001234") == "****34"
    assert mask_phone("110") == "***"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+86 138 0000 1234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("0571-8800 1234", "057188001234"),
        ("", ""),
    ],
)
def test_phones(text, number):
    assert normalise_phone(text) == number


@pytest.mark.parametrize(
    ("value", "badge"),
    [
        (" 11 0001 ", "110001"),
        (110001, "110001"),
        (110001.0, "110001"),
        ("００１ａ-７", "001A7"),
        ("P110001", "P110001"),
    ],
)
def test_badges(value, badge):
    assert normalise_badge(value) == badge


@pytest.mark.parametrize("value", ["", "警1", "1" * 21, "1;2", float("nan"), float("inf"), 1e300, None])
def test_no_badges(value):
    with pytest.raises(IdentityError):
        normalise_badge("" if value is None else value)
