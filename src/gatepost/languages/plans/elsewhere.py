"""Planned resources of modules whose files are not in the tree: placed at the call of the module; never reads a plan."""

from __future__ import annotations

from gatepost.languages.plans.matching import Match
from gatepost.languages.plans.overlay import NOWHERE, Laid, plain_value
from gatepost.languages.plans.plan import Plan
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.changes import Append, Remove, Set
from gatepost.model.documents import Resource
from gatepost.model.values import Reference, Value


class Elsewhere:
    """The planned resources that no block of the source makes."""

    def __init__(self, plan: Plan, now: TerraformDocument, was: TerraformDocument) -> None:
        self._plan = plan
        self._now = now
        self._was = was

    def resource(self, match: Match) -> Resource | None:
        """Return a resource at the line of the call of its module, None where no call in the source leads to it."""
        call = self._call(match.planned.module)
        if call is None:
            return None
        planned = match.planned
        body = plain_value(Laid(planned.values, planned.unknown, planned.sensitive), NOWHERE, 0)
        value = Value(body.literal, call.span, refers_to=Reference(planned.address, ""))
        return Resource(
            "terraform", planned.type, planned.name, planned.address, call.span, call.header, value, Value({}, call.span),
            match.key, (), False,
        )  # fmt: skip

    def _call(self, module: str) -> Resource | None:
        """Return the innermost module call in the source on the way to a module instance."""
        del module
        return None

    def instead(self, change: Set | Append | Remove) -> Set | Append | Remove | None:
        """Return the change of a module's argument that comes to the same; None for what is written in the source."""
        del change
        return None
