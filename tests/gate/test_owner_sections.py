"""What a policy says about owners: where they are told, and the facts that its lines decide on."""

from __future__ import annotations

import pytest
from gate_samples import TODAY, error, policy

from gatepost.gate.cases import run_cases

HEAD = "version: 1\nextends: recommended\n"


def test_everything_that_can_be_said_is_read() -> None:
    owners = policy(
        """\
        extends: recommended
        owners:
          tags: {owner: [owner, squad], contact: contact}
          order: [directories, codeowners]
          directories: {"live/search/**": team-search, live/shop/: [team-shop, ops@example.com]}
          cmdb: {file: exports/cmdb.csv, columns: {owner: owned_by, tag.app-id: [number]}}
          audit_log: [a.json, b.json]
          history: true
        """
    ).owners
    assert owners.tags == {"owner": ("owner", "squad"), "contact": ("contact",)}
    assert owners.order == ("directories", "codeowners")
    assert owners.directories == (
        ("live/search/**", ("team-search",), 6),
        ("live/shop/", ("team-shop", "ops@example.com"), 6),
    )
    assert (owners.cmdb, owners.columns) == ("exports/cmdb.csv", {"owner": ("owned_by",), "tag.app-id": ("number",)})
    assert (owners.audit_logs, owners.history) == (("a.json", "b.json"), True)


def test_a_file_alone_is_a_cmdb() -> None:
    assert policy("extends: recommended\nowners: {cmdb: cmdb.json}\n").owners.cmdb == "cmdb.json"


@pytest.mark.parametrize(
    ("section", "message", "hint"),
    [
        ("owners: {}", "`owners` says nothing", "keys: tags, order, directories, cmdb, audit_log, history"),
        ("owners: {tag: {}}", 'unknown key "tag" in `owners`', 'did you mean "tags"?'),
        ("owners: {tags: {onwer: a}}", 'unknown key "onwer" in `tags`', 'did you mean "owner"?'),
        ("owners: {tags: {}}", "`tags` names no tags", "keys: owner, team, contact, project, service"),
        ("owners: {order: [codeowner]}", 'there is no source "codeowner"', 'did you mean "codeowners"?'),
        ("owners: {order: [tags, tags]}", '"tags" is there twice', ""),
        ("owners: {order: [history]}", "history only guesses, and guesses come last", None),
        ("owners: {order: []}", "`order` is an empty list", None),
        ("owners: {directories: {}}", "`directories` names no directory", None),
        ("owners: {directories: {a/: []}}", '`directories`, "a/" is an empty list', ""),
        ("owners: {cmdb: {columns: {owned: a}}}", '`columns` cannot say "owned"', 'did you mean "owner"?'),
        ("owners: {cmdb: {columns: {tag.: a}}}", '`columns` cannot say "tag."', None),
        ("owners: {history: yes}", "`history` has to be true or false", None),
    ],
)
def test_a_fault_is_told_with_the_word_that_was_meant(section: str, message: str, hint: str | None) -> None:
    fault = error(HEAD + section + "\n")
    assert fault.message == message
    assert fault.location is not None
    assert fault.location.region.start_line == 3
    if hint is not None:
        assert fault.hint == hint


CASES = """\
gate:
  - {name: no owner no deploy, when: {owner: {exists: false}, environment: production}, decide: block}
  - {name: nobody is sure, when: {owner_confidence: {in: [medium, guess]}, severity: critical}, decide: block}
  - {name: they disagree, when: {owners_disagree: true}, decide: warn}
  - {name: perhaps, when: {guessed_owner: "ann@example.com"}, decide: warn}
cases:
  - {finding: {owner: [], environment: production}, decides: block, line: no owner no deploy}
  - {finding: {environment: production}, decides: block, line: no owner no deploy}
  - {finding: {owner: null, environment: production}, decides: allow}
  - {finding: {owner: "@acme/web", environment: production}, decides: allow}
  - {finding: {owner: web, owner_confidence: medium, severity: critical}, decides: block, line: nobody is sure}
  - {finding: {owner: [web, orders], owners_disagree: true}, decides: warn, line: they disagree}
  - {finding: {owner: null, guessed_owner: ann@example.com}, decides: warn, line: perhaps}
  - {undecided: {owner: [], environment: production}, decides: allow}
"""


def test_lines_decide_on_owners() -> None:
    assert [result.failure for result in run_cases(policy(CASES), TODAY) if result.failure] == []
