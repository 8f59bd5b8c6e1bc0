"""Reads how a policy infers environments: `infer` and `accounts` beside the clauses; never infers one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.environment_words import SPELLINGS
from gatepost.model.places import Location
from gatepost.model.policy import Inference

# Keys of `environments` that are no environment.
KEYS = ("infer", "accounts")
MOST_ACCOUNTS = 5_000
# AWS account numbers, ids of Azure subscriptions, ids of Google Cloud projects.
ACCOUNT = r"\d{12}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[a-z][a-z0-9-]{4,28}[a-z0-9]"
_FORMS = 'twelve digits in quotation marks ("123456789012"), the id of a subscription or of a project'


def read_inference(sections: Sequence[tuple[Page, Node]], own: Iterable[str]) -> Inference | None:
    """Return how environments are inferred; None where they are not.

    `sections` are the `environments` of a policy and of what it extends, its own first; the nearest `infer` counts, and
    all `accounts`. `own` are the names that the policy itself uses. Raises UsageError.
    """
    infer: bool | None = None
    accounts: dict[str, tuple[str, Location]] = {}
    first: tuple[Page, Node] | None = None
    for page, node in sections:
        for name, key, value in page.mapping(node, "`environments`"):
            if name == "infer":
                given = page.truth(value, "`infer`")
                infer = given if infer is None else infer
            elif name == "accounts":
                first = first or (page, key)
                for account, found in _accounts(page, value):
                    accounts.setdefault(account, found)
    if not infer:
        if first is not None:
            first[0].fault(first[1], "`accounts` take effect only where environments are inferred", "add `infer: true`")
        return None
    names = frozenset((*own, *(name for name, _ in accounts.values())))
    return Inference(_names(names), accounts, names)


def _accounts(page: Page, node: Node) -> Iterable[tuple[str, tuple[str, Location]]]:
    entries = page.mapping(node, "`accounts`")
    if not entries:
        page.fault(node, "`accounts` is empty", 'write {"123456789012": production}')
    if len(entries) > MOST_ACCOUNTS:
        page.fault(node, f"there are more than {MOST_ACCOUNTS} accounts")
    for account, key, value in entries:
        if not re.fullmatch(ACCOUNT, account, re.IGNORECASE):
            page.fault(key, f'"{account}" is no account', f"an account is {_FORMS}")
        name = page.text(value, f"the environment of account {account}")
        if name == "unknown":
            page.fault(value, 'an environment cannot be called "unknown"', "leave the account out")
        yield account.lower(), (name, page.location(key))


def _names(own: frozenset[str]) -> dict[str, str]:
    """Return the policy's own name of each usual one, where it has another: a policy that says `prod` keeps that."""
    found: dict[str, str] = {}
    for name in sorted(own):
        usual = SPELLINGS.get(name)
        if usual is not None and usual not in own:
            found.setdefault(usual, name)
    return found
