"""What expressions in a plan's configuration lead to, through variables, calls and outputs; never in the source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.languages.plans.addresses import parse_address
from gatepost.languages.plans.plan import Module, Plan, module_in
from gatepost.model.records import NamedTuple
from gatepost.model.values import Reference

DEEPEST = 30


class Argument(NamedTuple):
    """An argument of a module call: the address of the call and the argument's name."""

    call: str
    name: str


def references_of(expression: Any) -> list[str]:
    """Return what an expression refers to, each once; what another one goes on from is left out."""
    if not isinstance(expression, dict):
        return []
    listed = cast("dict[str, Any]", expression).get("references")
    texts = [text for text in cast("list[Any]", listed) if isinstance(text, str)] if isinstance(listed, list) else []
    return [
        text
        for text in dict.fromkeys(texts)
        if not any(other != text and other.startswith((f"{text}.", f"{text}[")) for other in texts)
    ]


def only_reference(expression: Any) -> str:
    """Return the one thing an expression refers to, "" when it is none or several."""
    found = references_of(expression)
    return found[0] if len(found) == 1 else ""


class References:
    """Follows references through the configuration of a plan."""

    __slots__ = ("_root",)

    def __init__(self, plan: Plan) -> None:
        self._root = plan.root

    def module(self, address: str) -> Module | None:
        """Return the module at the address of one of its instances."""
        parsed = parse_address(address) if address else None
        return module_in(self._root, tuple(parsed.base.split(".")[1::2]) if parsed is not None else ())

    def expressions(self, module: str, block: str) -> Mapping[str, Any] | None:
        """Return what is written in a block ("aws_vpc.main"), None where the configuration does not have it."""
        found = self.module(module)
        configured = found.resources.get(block) if found is not None else None
        return configured.expressions if configured is not None else None

    def argument(self, module: str, expression: Any) -> Argument | None:
        """Return the argument of the call of this module that an expression in it passes on, None where it does not."""
        head, _, name = only_reference(expression).partition(".")
        return Argument(module, name) if head == "var" and module and name and "." not in name else None

    def given(self, argument: Argument) -> Any:
        """Return the expression of an argument."""
        caller = self.module(caller_of(argument.call))
        parsed = parse_address(argument.call)
        call = caller.calls.get(parsed.base.rpartition(".")[2]) if caller is not None and parsed is not None else None
        return call.expressions.get(argument.name) if call is not None else None

    def resource(self, module: str, expression: Any, depth: int = 0) -> Reference | None:
        """Return the resource that an expression in a module instance names; through its arguments and its outputs."""
        text = only_reference(expression)
        if not text or depth > DEEPEST:
            return None
        argument = self.argument(module, expression)
        if argument is not None:
            return self.resource(caller_of(module), self.given(argument), depth + 1)
        return self.named(module, text, depth)

    def named(self, module: str, text: str, depth: int = 0) -> Reference | None:
        """Return the resource that a reference, as text, names inside a module instance."""
        if depth > DEEPEST or text.startswith(("var.", "local.", "each.", "count.", "path.", "terraform.", "self.")):
            return None
        prefix = f"{module}." if module else ""
        size = 2 if text.startswith("module.") else 3 if text.startswith("data.") else 2
        address, rest = _cut(text, size)
        if text.startswith("module."):
            output, _, _ = rest.partition(".")
            called = self.module(prefix + address)
            expression = called.outputs.get(output) if called is not None and output else None
            return self.resource(prefix + address, expression, depth + 1)
        found = self.module(module)
        parsed = parse_address(address)
        if found is None or parsed is None or parsed.base not in found.resources:
            return None
        return Reference(prefix + address, rest)


def _cut(text: str, names: int) -> tuple[str, str]:
    """Cut a reference behind some names and their keys: "aws_vpc.a[0].id" → ("aws_vpc.a[0]", "id")."""
    at, inside = 0, False
    for position, character in enumerate(text):
        if character == '"' and text[position - 1 : position] != "\\":
            inside = not inside
        elif character == "." and not inside:
            at += 1
            if at == names:
                return text[:position], text[position + 1 :]
    return text, ""


def caller_of(module: str) -> str:
    """Return the address of the module instance that calls one, "" for the root module."""
    at = 0
    last = ""
    while True:
        name, rest = _cut(module[at:], 2)
        if not rest:
            return last
        at += len(name) + 1
        last = module[: at - 1]
