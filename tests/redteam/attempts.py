"""The register of attempts: what somebody tries, and what comes of it; docs/hardening.md is made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

_T = TypeVar("_T", bound=Callable[..., None])


class Attempt(NamedTuple):
    """One way in which a change may try to get itself through. `outside` is what branch protection must do, if it must."""

    number: int
    group: str
    tries: str
    happens: str
    outside: str
    test: str


ATTEMPTS: dict[int, Attempt] = {}


def attempt(number: int, group: str, tries: str, happens: str, outside: str = "") -> Callable[[_T], _T]:
    """Register the test below as that of an attempt."""

    def registered(test: _T) -> _T:
        taken = ATTEMPTS.get(number)
        assert taken is None or taken.test == test.__name__, f"two attempts have the number {number}"
        ATTEMPTS[number] = Attempt(number, group, tries, happens, outside, test.__name__)
        return test

    return registered
