"""What two policies want read and judged, so that neither misses anything; never decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gatepost.gate.policy import Policy
from gatepost.model.policy import RuleChoice
from gatepost.sources.path_globs import matches_any


def rule_choices(policies: Sequence[Policy]) -> dict[str, RuleChoice]:
    """Return what rules are to be judged with, the repository's policy first.

    A rule is off only when every policy switches it off, and keeps its own severity: each policy applies its
    severities itself, when it decides. A setting is that of the last policy that gives it, so that an organisation's
    cannot be changed.
    """
    choices: dict[str, RuleChoice] = {}
    for rule in dict.fromkeys(rule for policy in policies for rule in policy.rules):
        given = [policy.rules.get(rule) for policy in policies]
        settings: dict[str, object] = {}
        for choice in given:
            settings.update(_settings(choice))
        said = [choice.enabled for choice in given if choice is not None and choice.enabled is not None]
        # Off when all say so, on when one does; else the audience decides, which `wanted_audience` tells.
        enabled = True if any(said) else False if len(said) == len(given) else None
        location = next((choice.location for choice in given if choice is not None), None)
        choices[rule] = RuleChoice(rule, enabled, None, settings, location)
    return choices


def wanted_audience(policies: Sequence[Policy]) -> str:
    """Return whose rules are judged: `thorough` when one policy wants that, so that none misses anything."""
    return "thorough" if any(policy.audience == "thorough" for policy in policies) else "regular"


def _settings(choice: RuleChoice | None) -> Mapping[str, object]:
    return choice.settings if choice is not None else {}


def shared_exclude(policies: Sequence[Policy]) -> Callable[[str], bool]:
    """Return whether a path (relative, forward slashes) is excluded by every policy, so that nobody wants it read."""
    return lambda path: all(matches_any(path, policy.exclude) for policy in policies)
