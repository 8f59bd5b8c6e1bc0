"""`python -m tests.policies.mutations [IDS] [--jobs N]`: which changes of rules no case notices; never changes a file.

IDS are beginnings of ids of rules (aws/rds) or of names of concepts (aws.rds). Of each rule and concept every mutant
is run against its own cases, a concept's also against those of the rules that speak of what was changed. What stays
without a difference has survived: a case is missing, or a part of the rule says nothing.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import NamedTuple

from gatepost.conditions import ConditionError
from gatepost.languages.positioned import read_yaml_all
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import Catalogue, Part
from gatepost.rules.folders import policy_files
from gatepost.rules.loading import read_resource_file, read_rule_file
from gatepost.rules.pointing import point
from gatepost.rules.rule import Rule
from gatepost.testing.cases import fix_differs, judged_by, prepared, seen
from gatepost.testing.resource_cases import run_resource_case
from tests.policies import mutants
from tests.policies.equivalent import EQUIVALENT
from tests.policies.refresh import POLICIES


class Result(NamedTuple):
    """What became of the mutants of one rule, concept or table: how many were caught, and which were not."""

    name: str
    caught: int
    survived: tuple[str, ...]
    same: tuple[str, ...] = ()


class OnlyRule:
    """A catalogue with all concepts and one rule."""

    def __init__(self, base, rule):
        self._base = base
        self._rule = Rule(rule.id, rule.plain, self) if isinstance(rule, Rule) else Rule(*rule, self)

    def __getattr__(self, name):
        return getattr(self._base, name)

    def rule(self, id):
        assert id == self._rule.id
        return self._rule

    def rules_for(self, language, type):
        return [self._rule] if type in self._rule.types().get(language, ()) else []


@cache
def shipped():
    """Return the catalogue of all files that can be read: what is wrong with the others, other tests tell."""
    rules, resources = policy_files(str(POLICIES))
    found = Catalogue()
    for source in resources:
        file = readable(read_resource_file, source)
        if file is not None:
            found.add(Part({}, {loaded.name: loaded.plain for loaded in file.concepts}, file.tables))
    read = (readable(read_rule_file, id, source) for id, source in rules)
    found.add(Part({loaded.name: loaded.plain for loaded in read if loaded is not None}, {}))
    return found


def readable(read, *arguments):
    try:
        return read(*arguments)
    except UsageError:
        return None


@cache
def concept_nodes():
    """Return the node of each concept, which tells what is written once and repeated by an alias."""
    files = (readable(read_resource_file, source) for source in policy_files(str(POLICIES))[1])
    return {loaded.name: loaded.node for file in files if file is not None for loaded in file.concepts}


@cache
def rule_files():
    return dict(policy_files(str(POLICIES))[0])


def plain_rule(id):
    """Return the plain data of a rule, in which what an alias repeats is the same object."""
    text = rule_files()[id].text
    return mutants.shared(read_yaml_all(text)[0], {}) if "*" in text else shipped().rule(id).plain


@cache
def ready_cases(id):
    return [prepared(case) for case in shipped().rule(id).plain.get("cases", ())]


def notices(id, one, cases):
    """Return whether a case differs: the cheap look at the marks first, in all of them, then what fixes write."""
    judged = []
    for ready in cases:
        judged.append((ready, judged_by(id, ready, one)))
        if seen(judged[-1][1]) != ready.expected:
            return True
    return any(fix_differs(*pair) for pair in judged)


def caught_rule(id, plain):
    """Return whether the cases of a rule notice a mutant; None for one that does not load."""
    one = OnlyRule(shipped(), (id, plain))
    try:
        one.rule(id).conditions  # noqa: B018
    except (ConditionError, ValueError):
        return None
    return notices(id, one, ready_cases(id))


def points_elsewhere(id):
    """Return whether some finding of the cases of a rule has another place, or related places, without `points_at`."""
    rule = shipped().rule(id)
    other = OnlyRule(shipped(), (id, mutants.without(rule.plain, "points_at"))).rule(id)
    judged = [judged_by(id, ready, OnlyRule(shipped(), rule)) for ready in ready_cases(id)]
    found = [judgement for one in judged for judgement in one.violated()]
    return any(point(judgement) != point(judgement._replace(rule=other)) for judgement in found)


def caught_concept(name, plain, names):
    """Return whether the cases of a concept notice a mutant, or those of the rules that speak of what is changed."""
    mutated = with_concepts({name: plain}, {})
    try:
        mutated.concept(name).schema()
        if not all(run_resource_case("", name, case, mutated).passed for case in plain.get("cases", ())):
            return True
        rules = speaking_of(name, names)
        return any(notices(rule.id, OnlyRule(mutated, rule), ready_cases(rule.id)) for rule in rules)
    except ValueError:
        return True


def caught_table(name, plain):
    mutated = with_concepts({}, {name: plain})
    users = [concept for concept in shipped().concepts() if f"'{name}'" in repr(concept.plain["found_in"])]
    for concept in users:
        if not all(run_resource_case("", concept.name, case, mutated).passed for case in concept.plain["cases"]):
            return True
    rules = [rule for concept in users for rule in speaking_of(concept.name, ("",))]
    return any(notices(rule.id, OnlyRule(mutated, rule), ready_cases(rule.id)) for rule in rules)


def with_concepts(concepts, tables):
    found = Catalogue()
    every = {concept.name: concept.plain for concept in shipped().concepts()}
    found.add(Part({}, {**every, **concepts}, {**shipped().tables(), **tables}))
    return found


@cache
def speaking_of(name, names):
    """Return the rules that reach a concept and name one of some attributes."""
    return [rule for rule in shipped().rules() if name in reached(rule) and any(one in said(rule) for one in names)]


@cache
def said(rule):
    return str({key: rule.plain.get(key) for key in ("applies_to", "when", "require", "forbid", "fix", "points_at")})


@cache
def reached(rule):
    try:
        concept = rule.applies.concept
    except ValueError:
        return frozenset()
    due = [concept.name] if concept is not None else []
    for name in due:
        for relation in shipped().concept(name).plain.get("relations", {}).values():
            other = relation.get("to") or relation.get("from") or relation["all"]
            if other not in due:
                due.append(other)
    return frozenset(due)


# -- all of them ------------------------------------------------------------------------------------------------------


def everything(name):
    """Yield (what, a function that tells whether it is caught) for each mutant of a rule, concept or table."""
    if name.startswith("table "):
        table = name.removeprefix("table ")
        for what, plain in mutants.of_table(shipped().tables()[table]):
            yield what, lambda plain=plain: caught_table(table, plain)
    elif "/" in name:
        for what, plain in mutants.of_rule(plain_rule(name)):
            yield what, lambda plain=plain: caught_rule(name, plain)
    else:
        for what, plain, names in mutants.of_concept(concept_nodes()[name]):
            yield what, lambda plain=plain, names=names: caught_concept(name, plain, names)


def run(name, share=1.0, seed=0):
    """Run the mutants of one rule, concept or table, or a share of them that a seed draws."""
    caught, survived, same = 0, [], []
    for what, is_caught in everything(name):
        if share < 1 and zlib.crc32(f"{seed} {name} {what}".encode()) >= share * 2**32:
            continue
        if (name, what) in EQUIVALENT:
            same.append(what)
            continue
        found = is_caught()
        if found:
            caught += 1
        elif what == "points_at dropped" and points_elsewhere(name):
            same.append(what)  # on the same line or in what is related: marks name lines
        elif found is not None:
            survived.append(what)
    return Result(name, caught, tuple(survived), tuple(same))


def names(beginnings=()):
    """Return rules, concepts and tables, those that begin with one of some texts."""
    base = shipped()
    found = [*base.ids(), *(concept.name for concept in base.concepts()), *(f"table {name}" for name in base.tables())]
    return [name for name in found if not beginnings or name.startswith(tuple(beginnings))]


def share_of(results):
    caught = sum(result.caught for result in results)
    every = caught + sum(len(result.survived) for result in results)
    return caught / every if every else 1.0


def told(results):
    for result in results:
        if result.survived:
            print(f"{result.name}: {result.caught} of {result.caught + len(result.survived)} caught")
            print("\n".join(f"    survived: {what}" for what in result.survived))
    kinds = {
        "rules": [result for result in results if "/" in result.name],
        "resource files": [result for result in results if "/" not in result.name],
        "all": results,
    }
    for kind, found in kinds.items():
        caught = sum(result.caught for result in found)
        survived = sum(len(result.survived) for result in found)
        same = sum(len(result.same) for result in found)
        print(f"{kind}: {share_of(found):.1%} of {caught + survived} mutants caught, {same} change nothing")


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.policies.mutations")
    parser.add_argument("ids", nargs="*", help="beginnings of ids of rules or of names of concepts")
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args(arguments)
    wanted = names(given.ids)
    if not wanted:
        parser.error("there is no such rule or concept")
    if given.jobs > 1:
        with ProcessPoolExecutor(given.jobs) as pool:
            results = list(pool.map(run, wanted, chunksize=4))
    else:
        results = [run(name) for name in wanted]
    told(results)
    return 0 if share_of(results) >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
