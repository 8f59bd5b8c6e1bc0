"""Expressions against a Terraform root module, one answer each; never writes, never prints what is sensitive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatepost.languages.terraform.given import Inputs
from gatepost.model.places import Source
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Origin, Value
from gatepost.pipeline.listing import open_root

SENSITIVE = "the value is sensitive and is not printed"
MOST_CHARACTERS = 1_000_000


class Answer(NamedTuple):
    """What an expression comes to; one of `value` (JSON text), `unknown` and `error` is not empty.

    `sensitive`: the value is known and is not told. `trace` leads from the expression to where the value is set.
    """

    value: str = ""
    unknown: str = ""
    error: str = ""
    sensitive: bool = False
    trace: tuple[Origin, ...] = ()


class Evaluation:
    """A root module that expressions can be asked of. Raises `UsageError` when it, or a var file, is not there."""

    def __init__(self, directory: str, var_files: Sequence[str], inputs: Inputs) -> None:
        self._document = open_root(directory, var_files, inputs)

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the files."""
        return self._document.problems

    def answers(self, expressions: Sequence[str]) -> Iterator[Answer]:
        """Yield the answer to each expression, in order."""
        for expression in expressions:
            yield self.answer(expression)

    def answer(self, expression: str) -> Answer:
        """Return the value of an expression as `terraform console` gives it, why it is not known, or its error."""
        from gatepost.languages.terraform.conversions import Fails, NotComputed
        from gatepost.languages.terraform.evaluate import evaluate
        from gatepost.languages.terraform.frame import Frame
        from gatepost.languages.terraform.references import undeclared
        from gatepost.languages.terraform.syntax import Parser
        from gatepost.languages.terraform.syntax_templates import HclError

        if len(expression) > MOST_CHARACTERS:
            return Answer(error=f"the expression is longer than {MOST_CHARACTERS} characters")
        state = self._document.state
        state.steps = 0
        try:
            node = Parser(expression + "\n").alone()
            wrong = undeclared(node, self._document.root.directory)
            if wrong:
                return Answer(error=wrong)
            value = evaluate(
                node, Frame(self._document.root, Source("(expression)", expression, "terraform"), 0, "hcl")
            )
            return _told(value)
        except HclError as error:
            fault = error.fault
            line = expression.count("\n", 0, fault.offset) + 1
            column = fault.offset - expression.rfind("\n", 0, fault.offset)
            return Answer(error=f"line {line}, column {column}: {fault.what}; {fault.hint}")
        except Fails as failure:
            return Answer(error=str(failure))
        except NotComputed as missing:
            return Answer(unknown=f"{missing} is not worked out")


def _told(value: Value) -> Answer:
    from gatepost.languages.terraform.conversions import first_unknown, holds_secrets, why_not
    from gatepost.languages.terraform.functions.encoding import json_text

    hidden = first_unknown(value)
    if hidden is not None:
        return Answer(unknown=why_not(hidden), trace=hidden.origins or value.origins)
    if holds_secrets(value):
        return Answer(unknown=SENSITIVE, sensitive=True, trace=value.origins)
    return Answer(value=json_text(value, html=False), trace=value.origins)
