"""A regular expression of ours is compiled when it is first used, and is then what `re.compile` makes."""

from __future__ import annotations

import re

import pytest

from gatepost.model.regexes import regex


def test_it_does_what_a_compiled_one_does() -> None:
    late, compiled = regex(r"(\w)=(\d+)", re.IGNORECASE), re.compile(r"(\w)=(\d+)", re.IGNORECASE)
    for name, arguments in (("match", ("a=1 b=2", 4)), ("search", (" b=22",)), ("fullmatch", ("b=22",))):
        assert getattr(late, name)(*arguments).groups() == getattr(compiled, name)(*arguments).groups()
    assert late.findall("a=1 b=2") == compiled.findall("a=1 b=2")
    assert late.sub(r"\2", "a=1 b=2") == "1 2"
    assert (late.pattern, late.flags, late.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_it_is_not_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile = re.compile
    monkeypatch.setattr(re, "compile", lambda text, flags=0: compiled.append(text) or compile(text, flags))
    late = regex("x")
    assert not compiled
    assert late.search("y") is None
    assert late.search("x") is not None
    assert compiled == ["x"]
