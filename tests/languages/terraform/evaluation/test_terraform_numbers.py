"""Numbers are binary fractions of 512 bits, written with as few digits as Terraform needs."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.exact_numbers import (
    PRECISION,
    TooLarge,
    arithmetic,
    equal,
    fraction_of,
    less,
    narrow,
    number_of,
    precision_of,
    read_decimal,
    rounded,
    text_of,
)
from gatepost.languages.terraform.numbers_in_text import read_number

fractions = st.fractions(max_denominator=10**30)


@given(fractions)
@settings(max_examples=100)
def test_a_number_is_read_back_from_its_text(value: Fraction) -> None:
    number = number_of(value)
    assert equal(read_number(text_of(number)), number)


@given(fractions, fractions)
@settings(max_examples=100)
def test_comparison_is_that_of_the_exact_values(one: Fraction, other: Fraction) -> None:
    left, right = number_of(one), number_of(other)
    assert less(left, right) == (fraction_of(left) < fraction_of(right))
    assert equal(left, right) == (fraction_of(left) == fraction_of(right))


@given(st.integers(-(10**60), 10**60), st.integers(-(10**60), 10**60))
@settings(max_examples=50)
def test_whole_numbers_are_exact(one: int, other: int) -> None:
    assert arithmetic("+", one, other) == one + other
    assert arithmetic("*", one, other) == one * other


@given(fractions, st.integers(2, 600))
@settings(max_examples=100)
def test_rounding_is_as_near_as_the_bits_allow(value: Fraction, bits: int) -> None:
    made = rounded(value, bits)
    assert abs(made.numerator).bit_length() <= bits or made.denominator == 1
    assert abs(made - value) * 2**bits <= abs(value)
    assert rounded(made, bits) == made


@pytest.mark.parametrize("text", ["0.1", "1.5", "-2.75", "100", "12345678901234567890.5", "0.000001"])
def test_decimal_numbers_keep_their_digits(text: str) -> None:
    assert text_of(read_decimal(text)) == text


def test_numbers_that_were_counted_keep_fewer_bits() -> None:
    third = arithmetic("/", narrow(1), narrow(3))
    assert (precision_of(third), text_of(third)) == (64, "0.33333333333333333334")
    assert precision_of(arithmetic("/", narrow(1), 3)) == PRECISION


def test_zero_has_a_sign() -> None:
    assert text_of(arithmetic("*", 0, -1)) == "-0"
    assert text_of(arithmetic("+", -0.0, 0)) == "0"
    assert equal(-0.0, 0)


def test_exact_numbers_survive_being_sent_between_processes() -> None:
    third = arithmetic("/", 1, 3)
    again = pickle.loads(pickle.dumps(third))
    assert (equal(third, again), text_of(again)) == (True, text_of(third))


def test_numbers_that_nobody_writes_are_refused() -> None:
    with pytest.raises(TooLarge):
        read_decimal("1e999999999")
    with pytest.raises(NotComputed):
        read_number("1e99999")
    for text in ("", ".", "1_0", "0x1", "x", "1e", "--1", "１"):
        with pytest.raises(Fails):
            read_number(text)
