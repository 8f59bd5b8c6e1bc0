"""Addresses of resources as Terraform writes them, taken apart; never what stands at one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from gatepost.model.records import NamedTuple

Key: TypeAlias = "str | int | None"

# One name with the key behind it; a key is a number, text in quotes, or "*" for any.
_STEP = re.compile(r'([^.\[\]"]+)(?:\[(?:(-?[0-9]{1,18})|"((?:[^"\\]|\\.)*)"|\*)\])?(\.|$)')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|\$(\$\{)|%(%\{)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
LONGEST = 10_000


class Address(NamedTuple):
    """An address: its names without keys ("module.net.aws_vpc.a"), and the key behind each name, None where none is."""

    base: str
    keys: tuple[Key, ...]

    def covers(self, other: Address) -> bool:
        """Whether every key that is written here is the same there; where none is written any will do."""
        return self.base == other.base and all(
            mine is None or mine == yours for mine, yours in zip(self.keys, other.keys, strict=True)
        )


@lru_cache(4096)
def parse_address(text: str) -> Address | None:
    """Return the parts of an address, None for what is none."""
    names: list[str] = []
    keys: list[Key] = []
    at = 0
    while at < len(text) <= LONGEST:
        step = _STEP.match(text, at)
        if step is None or (step[4] == "." and step.end() == len(text)):
            return None
        names.append(step[1])
        keys.append(int(step[2]) if step[2] is not None else None if step[3] is None else _unescaped(step[3]))
        at = step.end()
    return Address(".".join(names), tuple(keys)) if names else None


def _unescaped(text: str) -> str:
    if "\\" not in text and "{" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\N{REPLACEMENT CHARACTER}"
    return found[4] or found[5] or _LETTERS.get(found[3], found[3])


def module_of(address: str) -> str:
    """Return the module part of an address with its keys ('module.net["eu"]'), "" in the root module."""
    end = at = 0
    while address.startswith("module.", at):
        name = _STEP.match(address, at + len("module."))
        if name is None:
            break
        at = name.end()
        end = at - len(name[4])
    return address[:end]
