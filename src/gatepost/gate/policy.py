"""The policy as a whole: loads a file and what it extends, verified; never decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from gatepost.gate import sections, taking_in
from gatepost.gate.attributes import ATTRIBUTES, OF_DEADLINES
from gatepost.gate.inference import read_inference
from gatepost.gate.lines import GateLine, named_environments, read_line, words_of
from gatepost.gate.reading import Page
from gatepost.gate.sections import Case
from gatepost.languages.positioned import Node
from gatepost.model.decisions import Mode, Waiver
from gatepost.model.environment_words import WORDS
from gatepost.model.places import Location, Source
from gatepost.model.policy import (
    DetectorChoice,
    EnvironmentClause,
    FeedChoice,
    Inference,
    InlinePermission,
    OwnersChoice,
    RuleChoice,
    WaiverRules,
)
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from gatepost.gate.budgets import Budget
    from gatepost.gate.deadlines import Deadline
    from gatepost.gate.routes import Route
    from gatepost.model.shared_settings import GivenSetting

SHIPPED = ("recommended", "strict", "observe")
VERSION = 1
MODES: tuple[Mode, ...] = ("enforce", "observe")
KEYS = (
    "version", "extends", "mode", "exclude", "environments", "baseline", "gate", "deadlines", "budgets", "rules",
    "settings", "routes", "waivers", "waiver_files", "waiver_rules", "honour", "inline_waivers", "feeds", "owners",
    "reports", "images", "detectors", "cases",
)  # fmt: skip
# Deeper chains of `extends` are refused; each of the shipped ones can be in a chain once.
_LONGEST_CHAIN = len(SHIPPED) + 1

ReadShipped = Callable[[str], Source]
KnownRules = Mapping[str, Collection[str]]


class Policy(NamedTuple):
    """A verified policy with what it extends merged in.

    `name` is for people: the file's path, or "recommended (shipped)". `lines` stand in the order in which they are
    asked. `known_environments` are the names that a condition or the command line may use, with the place that
    defines each (None: only used by a shipped line); empty when the policy defines none, then any name may be used.
    `audience` is whose rules are judged.
    `cases` are those of the file itself. `oldest_report` is in days, None for any age. `image_tags` are files
    (relative to its folder). `texts` are the file and what it extends, itself first.
    """

    name: str
    mode: Mode = "enforce"
    exclude: tuple[str, ...] = ()
    environments: tuple[EnvironmentClause, ...] = ()
    lines: tuple[GateLine, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    budgets: tuple[Budget, ...] = ()
    rules: Mapping[str, RuleChoice] = {}
    routes: tuple[Route, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    honour: tuple[str, ...] = ()
    inline: InlinePermission = InlinePermission()
    cases: tuple[Case, ...] = ()
    known_environments: Mapping[str, Location | None] = {}
    feeds: FeedChoice = FeedChoice()
    oldest_report: int | None = None
    detectors: tuple[DetectorChoice, ...] = ()
    inference: Inference | None = None
    baseline: str = ""
    texts: tuple[Source, ...] = ()
    image_tags: tuple[str, ...] = ()
    waiver_files: tuple[str, ...] = ()
    waiver_rules: WaiverRules = WaiverRules()
    owners: OwnersChoice = OwnersChoice()
    audience: str = "regular"
    settings: tuple[GivenSetting, ...] = ()

    def wants(self, rule: str, audience: str) -> bool:
        """Whether a rule is judged for this policy; `audience` is whom it is for, "" for what other tools report."""
        choice = self.rules.get(rule)
        if choice is not None and choice.enabled is not None:
            return choice.enabled
        return audience != "thorough" or self.audience == "thorough"

    @property
    def attributes(self) -> frozenset[str]:
        """The facts that the lines ask for."""
        return frozenset[str]().union(*(line.attributes for line in self.lines))

    def require_environment(self, name: str) -> None:
        """Raise UsageError when the command line names an environment that this policy does not know."""
        if self.known_environments and name not in self.known_environments:
            from gatepost.conditions import nearest_word

            near = nearest_word(name, self.known_environments)
            known = ", ".join(sorted(self.known_environments))
            hint = f'did you mean "{near}"?' if near else f"environments of {self.name}: {known}"
            raise UsageError(f'unknown environment "{name}"', hint=hint)


class _Loaded(NamedTuple):
    """One file of a chain, read but not merged; `given` are the sections that it has, by node."""

    page: Page
    given: Mapping[str, tuple[Node, Node]]
    name: str


def load(source: Source, shipped: ReadShipped, known_rules: KnownRules | None = None) -> Policy:
    """Return the policy in a file, merged with what it extends.

    `shipped` gives the source of a shipped policy by name; it is asked only for the names in SHIPPED. `known_rules`
    maps the ids of rules to the names of their settings; None leaves `rules` unverified.
    Raises UsageError with file, line, column and the nearest valid word.
    """
    return _merged(_chain(source, shipped), known_rules)


def load_shipped(name: str, shipped: ReadShipped) -> Policy:
    """Return a shipped policy as it is used where there is no policy file."""
    if name not in SHIPPED:
        raise UsageError(f'there is no shipped policy "{name}"', hint=f"shipped: {', '.join(SHIPPED)}")
    return _merged(_chain(shipped(name), shipped, name), None)


def _chain(source: Source, shipped: ReadShipped, shipped_name: str = "") -> list[_Loaded]:
    """Return the file and what it extends, itself first."""
    chain: list[_Loaded] = []
    seen = [shipped_name]
    name = f"{shipped_name} (shipped)" if shipped_name else source.path
    while True:
        page = Page(source)
        if page.root.kind == "null":
            page.fault(page.root, "the policy is empty", "begin with `version: 1` and `extends: recommended`")
        given = page.fields(page.root, KEYS, "the policy")
        _require_version(page, given)
        chain.append(_Loaded(page, given, name))
        if "extends" not in given:
            return chain
        node = given["extends"][1]
        wanted = page.one_of(node, SHIPPED, "`extends`")
        if wanted in seen or len(chain) >= _LONGEST_CHAIN:
            page.fault(node, f'"{wanted}" extends itself')
        seen.append(wanted)
        source, name = shipped(wanted), f"{wanted} (shipped)"


def _require_version(page: Page, given: Mapping[str, tuple[Node, Node]]) -> None:
    if "version" not in given:
        page.fault(page.root, "the policy has no `version`", f"begin with `version: {VERSION}`")
    node = given["version"][1]
    if node.value != VERSION or node.kind != "number":
        page.fault(node, f"this Gatepost reads policies of version {VERSION}")


def _merged(chain: list[_Loaded], known_rules: KnownRules | None) -> Policy:
    own = chain[0]
    if "gate" not in own.given and "extends" not in own.given:
        hint = "add `extends: recommended`, or lines under `gate`"
        own.page.fault(own.page.root, "this policy decides nothing: it has neither `gate` nor `extends`", hint)
    environments = _environments(chain)
    inference = _inference(chain, environments)
    known = _known_environments(chain, environments, inference)
    lines: list[GateLine] = []
    for loaded in chain:
        lines.extend(_lines(loaded, known))
    dated = _nearest(chain, "deadlines")
    deadlines, budgets = _deadlines(dated, known), _budgets(chain, known)
    if dated is None:
        _require_deadlines(lines, budgets)
    rules: dict[str, RuleChoice] = {}
    audience: str | None = None
    for loaded in reversed(chain):
        if "rules" in loaded.given:
            rules.update(sections.read_rules(loaded.page, loaded.given["rules"][1], known_rules))
            audience = sections.read_audience(loaded.page, loaded.given["rules"][1]) or audience
    settings = tuple(one for loaded in reversed(chain) for one in _settings(loaded, known_rules))
    mode = _nearest(chain, "mode")
    honour = _nearest(chain, "honour")
    inline = _nearest(chain, "inline_waivers")
    asked = _nearest(chain, "waiver_rules")
    rules_of_waivers = _waiver_rules(*asked) if asked else WaiverRules()
    permission = sections.read_inline(inline[0].page, inline[1]) if inline else InlinePermission()
    if inline and known:
        _require_known(inline[0].page, inline[1], permission.refuse_in, known)
    return Policy(
        name=own.name,
        mode=mode[0].page.one_of(mode[1], MODES, "`mode`") if mode else "enforce",
        exclude=tuple(dict.fromkeys(glob for loaded in chain for glob in _exclude(loaded))),
        environments=environments,
        inference=inference,
        baseline=own.page.text(own.given["baseline"][1], "`baseline`") if "baseline" in own.given else "",
        lines=tuple(lines),
        deadlines=deadlines,
        budgets=budgets,
        rules=rules,
        audience=audience or "regular",
        routes=tuple(route for loaded in chain for route in _routes(loaded)),
        waivers=tuple(w for one in chain if "waivers" in one.given for w in _waivers(one, rules_of_waivers, known)),
        waiver_files=own.page.texts(own.given["waiver_files"][1], "`waiver_files`")
        if "waiver_files" in own.given
        else (),
        waiver_rules=rules_of_waivers,
        honour=sections.read_honour(honour[0].page, honour[1]) if honour else (),
        inline=permission,
        cases=_cases(own),
        known_environments=known,
        feeds=taking_in.read_feeds(own.page, own.given["feeds"][1]) if "feeds" in own.given else FeedChoice(),
        owners=_owners(own) if "owners" in own.given else OwnersChoice(),
        oldest_report=taking_in.read_reports(own.page, own.given["reports"][1]) if "reports" in own.given else None,
        detectors=taking_in.read_detectors(own.page, own.given["detectors"][1]) if "detectors" in own.given else (),
        image_tags=taking_in.read_images(own.page, own.given["images"][1]) if "images" in own.given else (),
        texts=tuple(loaded.page.source for loaded in chain),
        settings=settings,
    )


def _nearest(chain: list[_Loaded], key: str) -> tuple[_Loaded, Node] | None:
    """Return the value of a key of which the first file that has it decides."""
    return next(((loaded, loaded.given[key][1]) for loaded in chain if key in loaded.given), None)


def _environments(chain: list[_Loaded]) -> tuple[EnvironmentClause, ...]:
    """Return the clauses of every environment; an environment of ours stands for one of the same name below."""
    found: list[EnvironmentClause] = []
    for loaded in chain:
        if "environments" in loaded.given:
            ours = {clause.environment for clause in found}
            read = sections.read_environments(loaded.page, loaded.given["environments"][1])
            found.extend(clause for clause in read if clause.environment not in ours)
    return tuple(found)


def _inference(chain: list[_Loaded], clauses: tuple[EnvironmentClause, ...]) -> Inference | None:
    ours = [loaded for loaded in chain if not loaded.name.endswith("(shipped)")]
    spoken = [name for loaded in ours for when in _conditions(loaded) for name in words_of(when)]
    sections_of = [(one.page, one.given["environments"][1]) for one in chain if "environments" in one.given]
    return read_inference(sections_of, (*(clause.environment for clause in clauses), *spoken))


def _known_environments(
    chain: list[_Loaded], clauses: tuple[EnvironmentClause, ...], inference: Inference | None
) -> dict[str, Location | None]:
    """Return the names that may be used: those that are defined, those of shipped lines, and `unknown`."""
    if not clauses:
        return {}
    known: dict[str, Location | None] = {"unknown": None}
    for loaded in chain:
        if loaded.name.endswith("(shipped)"):
            known.update(dict.fromkeys(name for when in _conditions(loaded) for name in words_of(when)))
    if inference is not None:
        known.update(dict.fromkeys(inference.names.get(usual, usual) for usual in dict.fromkeys(WORDS.values())))
        known.update(dict(inference.accounts.values()))
    for clause in reversed(clauses):
        known[clause.environment] = clause.location
    return known


def _conditions(loaded: _Loaded) -> list[Node]:
    lines = loaded.given["gate"][1].elements() if "gate" in loaded.given else []
    return [when for line in lines if (when := line.get("when")) is not None]


def _lines(loaded: _Loaded, known: Mapping[str, Location | None]) -> list[GateLine]:
    if "gate" not in loaded.given:
        return []
    page = loaded.page
    nodes = page.listed(loaded.given["gate"][1], "`gate`")
    lines = [read_line(page, node, loaded.name) for node in nodes]
    seen: set[str] = set()
    for node, line in zip(nodes, lines, strict=True):
        if line.name in seen:
            page.fault(node.get("name") or node, f'there are two lines with the name "{line.name}"')
        seen.add(line.name)
    if known:
        for when in _conditions(loaded):
            for name in named_environments(when):
                if name.value not in known:
                    page.unknown_environment(name, known)
    return lines


def _require_known(page: Page, node: Node, names: tuple[str, ...], known: Mapping[str, Location | None]) -> None:
    refused = node.get("refuse_in")
    if refused is not None:
        for one, name in zip(refused.value if refused.kind == "list" else [refused], names, strict=True):
            if name not in known:
                page.unknown_environment(one, known)


def _deadlines(dated: tuple[_Loaded, Node] | None, known: Mapping[str, Location | None]) -> tuple[Deadline, ...]:
    if dated is None:
        return ()
    from gatepost.gate.deadlines import read_deadlines

    deadlines = read_deadlines(dated[0].page, dated[1])
    conditions = [one.get("only") for one in (dated[1].value if dated[1].kind == "list" else [dated[1]])]
    _require_named(dated[0].page, [only for only in conditions if only is not None], known)
    return deadlines


def _budgets(chain: list[_Loaded], known: Mapping[str, Location | None]) -> tuple[Budget, ...]:
    given = [(loaded, loaded.given["budgets"][1]) for loaded in chain if "budgets" in loaded.given]
    if not given:
        return ()
    from gatepost.gate.budgets import read_budgets

    found: list[Budget] = []
    for loaded, node in given:
        found.extend(read_budgets(loaded.page, node, loaded.name))
        _require_named(loaded.page, [when for one in node.elements() if (when := one.get("when")) is not None], known)
    return tuple(found)


def _require_named(page: Page, conditions: Collection[Node], known: Mapping[str, Location | None]) -> None:
    """Raise UsageError where a condition names an environment that is not known, if any is."""
    for name in (name for when in conditions for name in named_environments(when)) if known else ():
        if name.value not in known:
            page.unknown_environment(name, known)


def _require_deadlines(lines: Collection[GateLine], budgets: Collection[Budget]) -> None:
    """Raise UsageError where something asks for deadlines that the policy does not give."""
    for one in (*lines, *budgets):
        asked = next((name for name in OF_DEADLINES if name in one.attributes), "")
        if asked:
            what = f'"{one.name}" asks for {asked}, and the policy has no `deadlines`'
            raise UsageError(what, one.location, hint="write deadlines: {critical: 7 days, high: 30 days}")


def _exclude(loaded: _Loaded) -> tuple[str, ...]:
    if "exclude" not in loaded.given:
        return ()
    return loaded.page.texts(loaded.given["exclude"][1], "`exclude`")


def _settings(loaded: _Loaded, known_rules: KnownRules | None) -> tuple[GivenSetting, ...]:
    if "settings" not in loaded.given:
        return ()
    from gatepost.gate.given_settings import read_settings

    return read_settings(loaded.page, loaded.given["settings"][1], known_rules)


def _routes(loaded: _Loaded) -> list[Route]:
    if "routes" not in loaded.given:
        return []
    from gatepost.gate.routes import read_routes  # with its table of destinations, which most policies do not need

    return read_routes(loaded.page, loaded.given["routes"][1])


def _owners(loaded: _Loaded) -> OwnersChoice:
    from gatepost.gate.owner_sections import read_owners

    return read_owners(loaded.page, loaded.given["owners"][1])


def _waiver_rules(loaded: _Loaded, node: Node) -> WaiverRules:
    from gatepost.gate.waiver_sections import read_waiver_rules

    return read_waiver_rules(loaded.page, node)


def _waivers(loaded: _Loaded, rules: WaiverRules, known: Mapping[str, Location | None]) -> tuple[Waiver, ...]:
    from gatepost.gate import waiver_sections

    node = loaded.given["waivers"][1]
    waivers = waiver_sections.read_waivers(loaded.page, node, known)
    waiver_sections.require_kept(loaded.page, node, waivers, rules)
    return waivers


def _cases(loaded: _Loaded) -> tuple[Case, ...]:
    if "cases" not in loaded.given:
        return ()
    nodes = loaded.page.listed(loaded.given["cases"][1], "`cases`")
    return tuple(sections.read_case(loaded.page, node, ATTRIBUTES) for node in nodes)
