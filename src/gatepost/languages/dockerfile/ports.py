"""The ports of EXPOSE with their protocols; never whether one should be open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.dockerfile.bodies import InstructionBody

_MOST_PORTS = 256


def ports(body: InstructionBody, used: list[str]) -> Value:
    """Return the ports of EXPOSE, ranges taken apart."""
    found: list[Value] = []
    open_list = False
    for word in body.words(used):
        plain = word.plain
        slash = plain.find("/")
        end = slash if slash >= 0 else len(plain)
        entries = {"text": word.value()}
        entries["protocol"] = word.part(slash + 1, len(plain)) if slash >= 0 else Value("tcp", word.span)
        number = word.part(0, end)
        if number.unknown is not None:
            entries["port"] = number
            found.append(Value(entries, word.span, notation="docker"))
            continue
        first, _, last = plain[:end].partition("-")
        if not _is_port(first) or (last and not _is_port(last)):
            found.append(Value(entries, word.span, notation="docker"))
            continue
        low, high = int(first), int(last or first)
        open_list = open_list or high - low >= _MOST_PORTS
        for port in range(low, min(high, low + _MOST_PORTS) + 1):
            one = {**entries, "port": number._replace(literal=port)}
            found.append(Value(one, word.span, notation="docker"))
    return body.value(tuple(found))._replace(open=open_list)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
