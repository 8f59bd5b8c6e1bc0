"""Gatepost's answers to the expressions of the suite, in the console's form; never asks Terraform."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gatepost.languages.terraform.conversions import Fails, NotComputed, first_unknown, holds_secrets, normal, why_not
from gatepost.languages.terraform.document import read_root
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions.encoding import json_text
from gatepost.languages.terraform.references import undeclared
from gatepost.languages.terraform.syntax import Parser
from gatepost.languages.terraform.syntax_templates import HclError
from gatepost.model.places import Source
from gatepost.sources.reading import Files

Answer = list[object]


def answers(expressions: Sequence[str], root: Path) -> dict[str, Answer]:
    """Return Gatepost's answers by expression; an unknown has its reason as second element, an error its message."""
    document = read_root(".", Files(os.fspath(root)))
    return {expression: _answer(expression, document) for expression in expressions}


def _answer(expression: str, document: object) -> Answer:
    scope = document.root  # type: ignore[attr-defined]
    scope.state.steps = 0
    try:
        node = Parser(expression + "\n").alone()
        wrong = undeclared(node, scope.directory)
        if wrong:
            return ["error", wrong]
        value = evaluate(node, Frame(scope, Source("x", expression, "terraform"), 0, "hcl"))
        hidden = first_unknown(value)
        if hidden is not None:
            return ["unknown", why_not(hidden)]
        return ["value", normal(json_text(value)), holds_secrets(value)]
    except HclError as error:
        return ["error", error.fault.what]
    except Fails as failure:
        return ["error", str(failure)]
    except NotComputed as missing:
        return ["unknown", f"{missing} is not worked out"]


def is_wrong(ours: Answer, theirs: Answer) -> bool:
    """Tell whether Gatepost says something else than Terraform; that it does not know is never wrong."""
    if ours[0] == "unknown":
        return False
    return ours != theirs if theirs[0] == "value" else ours[0] != theirs[0]
