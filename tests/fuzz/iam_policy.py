"""Any bytes as a policy document, in text and with holes: read, judged and written without an error."""

from __future__ import annotations

import contextlib

from gatepost.conditions import Attributes, compile_condition
from gatepost.model.places import Source, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers import reader

_IAM = reader("iam_policy")
_OPEN = compile_condition(
    {
        "s": {
            "some": {
                "effect": "Allow",
                "actions": {"covers": "all", "includes": "iam:PassRole"},
                "resources": {"covers": "all"},
                "not": {"principals": {"covers": "all"}},
                "conditions": {"every": {"values": {"includes": "false"}}},
            }
        }
    },
    Attributes({"s": _IAM.sort}),
)


class _Thing(dict[str, Value]):
    pass


def fuzz(data: bytes) -> None:
    """Read, judge and write; must never raise."""
    text = data.decode("utf-8", "replace")
    source = Source("fuzz.tf", text, "terraform")
    span = Span(source, 0, len(text))
    pieces = tuple(piece or None for piece in text.replace("${x}", "\0").split("\0"))
    for literal in (text, Unknown("hole", False, pieces)):
        statements = _IAM.read(Value(literal, span, notation="hcl"), {})
        _OPEN.judge(_Thing(s=statements), {})
        with contextlib.suppress(CannotWrite):
            _IAM.add(statements, {"effect": "Deny", "principals": "all", "actions": ["s3:*"]})
        for element in statements.literal if statements.is_list else ():
            with contextlib.suppress(CannotWrite):
                _IAM.write(element, "effect", "Deny")
