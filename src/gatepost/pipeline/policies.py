"""Finds and loads the policies of a run; never decides."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from gatepost.conditions import nearest_word
from gatepost.gate import SHIPPED, Policy, load, load_shipped, rule_choices, wanted_audience
from gatepost.gate.policy import KnownRules
from gatepost.model.places import Source
from gatepost.model.policy import RuleChoice
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request
from gatepost.rules.catalogue import Catalogue
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes
from gatepost.sources.shipped import shipped_policy

POLICY_FILE = "gatepost.yaml"


class OfBase(NamedTuple):
    """What the base of a change has in place of a file of the work tree.

    `text` returns the text that a path (from the top of the repository) had, None where it did not change, and raises
    KeyError where the base has no such file. `prefix` is where the scanned root lies below the top; `name` is how the
    base is called in what people read. `untracked` are no part of the change. `before` are the paths (from the top) of
    the base that are gone or differ now, `commit` is the base's.
    """

    top: str
    prefix: str
    name: str
    untracked: frozenset[str]
    text: Callable[[str], str | None]
    before: frozenset[str] = frozenset()
    commit: str = ""

    def inside(self, path: str) -> list[str]:
        """Return a path of the work tree from the top, as it is written and as links lead; none from outside."""
        return _inside(path, self.top)


def load_policies(
    request: Request, root: str, known: KnownRules, base: OfBase | None = None
) -> tuple[Policy, Policy | None]:
    """Return the policy that decides and the organisation's, if one is given.

    The first is the one the request names, else `gatepost.yaml` in the scanned root, else the shipped `recommended`.
    With a base, files of the repository count as they are there: a change does not decide about itself.
    `known` maps rule ids to their settings. Raises `UsageError`.
    """
    beside = os.path.join(root, POLICY_FILE)
    if request.policy is not None:
        policy = _load_trusted(request.policy, known, "", base)
    elif os.path.isfile(beside) or (base is not None and _was(base.prefix + POLICY_FILE, base)):
        policy = _load_trusted(beside, known, POLICY_FILE, base)
    else:
        policy = load_shipped("recommended", shipped_policy)
    if request.organisation_policy is None:
        return policy, None
    return policy, _load_trusted(request.organisation_policy, known, "", base)


def _was(path: str, base: OfBase) -> bool:
    try:
        return base.text(path) is not None
    except KeyError:
        return False


def _load_trusted(path: str, known: KnownRules, shown: str, base: OfBase | None) -> Policy:
    """Return a policy, with its files of waivers, as the base has it; `recommended` where the change brings it."""
    return _with_files(_trusted(path, known, shown, base), path, shown, base)


def _with_files(policy: Policy, path: str, shown: str, base: OfBase | None) -> Policy:
    if not policy.waiver_files:
        return policy
    from gatepost.pipeline.waiver_files import with_waiver_files

    return with_waiver_files(policy, path, shown or path, base)


def _trusted(path: str, known: KnownRules, shown: str, base: OfBase | None) -> Policy:
    if base is not None and not (path in SHIPPED and not os.path.exists(path)):
        for inside in _inside(path, base.top):
            if not shown and inside in base.untracked:
                break  # the pipeline brought it, not the change
            try:
                text = base.text(inside)
            except KeyError:
                return load_shipped("recommended", shipped_policy)
            if text is not None:
                name = shown or printable_path(path)
                return load(Source(f"{name} ({base.name})", text, "policy"), shipped_policy, known)
    return load_file(path, known, shown)


def _inside(path: str, root: str) -> list[str]:
    """Return a path as it is written and as links lead, relative to the root; what lies outside is left out."""
    written = os.path.normpath(os.path.join(os.path.realpath(os.getcwd()), path))
    relative = [os.path.relpath(one, root).replace(os.sep, "/") for one in (written, os.path.realpath(path))]
    return [one for one in dict.fromkeys(relative) if one != ".." and not one.startswith("../")]


def load_file(path: str, known: KnownRules | None, shown: str = "") -> Policy:
    """Return the policy in a file, or the shipped one of that name; raises `UsageError`."""
    if path in SHIPPED and not os.path.exists(path):
        return load_shipped(path, shipped_policy)
    try:
        text = decode(read_bytes(path))
    except Unreadable as error:
        near = "" if os.path.exists(path) else nearest_word(path, SHIPPED)
        hint = f'did you mean the shipped policy "{near}"?' if near else error.hint
        raise UsageError(f"the policy {printable_path(path)!r} cannot be used: {error.what}", hint=hint) from None
    return load(Source(shown or printable_path(path), text, "policy"), shipped_policy, known)


def load_whole(path: str, known: KnownRules | None) -> Policy:
    """Return the policy in a file with its files of waivers, or the shipped one of that name; raises `UsageError`."""
    return _with_files(load_file(path, known), path, "", None)


def select_rules(
    catalogue: Catalogue, policy: Policy, organisation: Policy | None, choices: Mapping[str, RuleChoice]
) -> tuple[str, ...]:
    """Leave out of the catalogue what no policy wants judged; returns notes on what of a policy has no effect by it.

    A policy that wants more never has to judge less for another one's sake: each decides by its own audience.
    """
    if wanted_audience([policy] if organisation is None else [policy, organisation]) == "thorough":
        return ()
    catalogue.leave_out_thorough([id for id, choice in choices.items() if choice.enabled])
    said = [id for id, choice in choices.items() if choice.enabled is None]
    idle = sorted(catalogue.left_out.intersection(said)) if said else []
    if not idle:
        return ()
    shown = ", ".join(idle[:5]) + (f" and {len(idle) - 5} more" if len(idle) > 5 else "")
    return (
        f"the policy speaks of rules for the audience thorough, which are not judged: {shown};"
        " write `enabled: true` beside it, or `rules: {audience: thorough}`",
    )


def choices_of(
    policy: Policy, organisation: Policy | None, catalogue: Catalogue
) -> tuple[dict[str, RuleChoice], tuple[str, ...]]:
    """Return what the rules are judged with, and notes on what of it does not count.

    A setting that a rule's condition asks for could hide findings from the organisation's policy too, since both
    decide about the same findings. So beside an organisation's policy only its own count; settings that fixes ask for
    are the repository's as ever.
    """
    if organisation is None:
        return rule_choices([policy]), ()
    choices = rule_choices([policy, organisation])
    notes: list[str] = []
    for id, choice in choices.items():
        theirs = organisation.rules.get(id)
        asked = asked_by_conditions(catalogue, id) - frozenset(theirs.settings if theirs else ())
        ignored = sorted(asked.intersection(choice.settings))
        if ignored:
            kept = {name: value for name, value in choice.settings.items() if name not in asked}
            choices[id] = choice._replace(settings=kept)
            notes.append(
                f"{id}: the organisation's policy decides on {', '.join(ignored)}; what {policy.name} says is not used"
            )
    return choices, tuple(notes)


def asked_by_conditions(catalogue: Catalogue, id: str) -> frozenset[str]:
    """Return the settings that a rule's conditions ask for; others are asked for by its fix alone."""
    when, condition, _ = catalogue.rule(id).conditions
    asked = frozenset(condition.placeholders)
    return asked if when is None else asked | frozenset(when.placeholders)
