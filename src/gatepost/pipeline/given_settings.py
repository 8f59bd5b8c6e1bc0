"""Gives each rule the settings that policies name once for all; never reads a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.gate import Policy
from gatepost.gate.given_settings import settings_for
from gatepost.model.policy import RuleChoice
from gatepost.pipeline.policies import asked_by_conditions
from gatepost.rules.catalogue import Catalogue


def with_given(
    choices: Mapping[str, RuleChoice], policies: Sequence[Policy], catalogue: Catalogue
) -> dict[str, RuleChoice]:
    """Return what rules are judged with, with what the policies (the repository's first) give for all of them.

    What a policy says about one rule counts before what it gives for all, and what an organisation's gives at all
    before the repository's. What a rule's condition asks for is the organisation's alone, where there is one.
    """
    found = dict(choices)
    left_out = catalogue.left_out
    for id, names in catalogue.shared_settings().items():
        if id in left_out:
            continue
        settings: dict[str, Any] = {}
        for policy in policies:
            settings |= settings_for(policy.settings, id, names)
            settings |= policy.rules[id].settings if id in policy.rules else {}
        if len(policies) > 1 and settings:
            theirs = settings_for(policies[-1].settings, id, names)
            theirs |= policies[-1].rules[id].settings if id in policies[-1].rules else {}
            asked = asked_by_conditions(catalogue, id) - theirs.keys()
            settings = {name: value for name, value in settings.items() if name not in asked}
        if settings:
            found[id] = found.get(id, RuleChoice(id))._replace(settings=settings)
    return found
