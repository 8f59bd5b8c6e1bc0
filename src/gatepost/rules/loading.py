"""Rule and resource files to plain data, every key looked at; never compiles what they say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn

from gatepost.conditions import nearest_word
from gatepost.languages.positioned import Malformed, Node, read_yaml_all
from gatepost.model.findings import CONFIDENCES, SEVERITIES
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.rules.paths import parse_path
from gatepost.rules.readers import READERS
from gatepost.rules.versions import read_clause

RULE_KEYS = (
    "title", "severity", "confidence", "audience", "category", "why", "standards", "also_known_as", "references",
    "applies_to", "when", "require", "forbid", "leaves_undecided_to", "points_at", "message", "settings",
    "fix", "no_fix", "cases",
)  # fmt: skip
# Whom a rule is for: "regular" is what a reviewer would act on, "thorough" is hygiene that a team has to want.
AUDIENCES = ("regular", "thorough")
FIX_KEYS = ("title", "set", "add", "remove", "safety", "why")
CASE_KEYS = (
    "name",
    "terraform",
    "cloudformation",
    "dockerfile",
    "terraform_json",
    "files",
    "fixed",
    "settings",
    "no_fix",
)
RESOURCE_KEYS = ("name", "identity", "found_in", "relations", "cases", "table", "values")
FOUND_KEYS = ("terraform", "cloudformation", "dockerfile", "under", "each", "where", "attributes")
FORM_KEYS = ("path", "first", "together", "each", "entries", "of", "constant", "range", "networks", "mentions_of")
OPTION_KEYS = ("as", "table", "unit", "values", "ignore_case", "default", "replaces", "for")
PLACE_KEYS = (*FORM_KEYS, "in", "joined_by", "where", "attributes", "key", "value", "attribute", *OPTION_KEYS)
# Which keys only mean something beside which form.
BELONGS = {"key": "entries", "value": "entries", "attribute": "of", "joined_by": "in", "table": "as", "unit": "as"}
RELATION_KEYS = ("to", "from", "all", "by", "where")
RESOURCE_CASE_KEYS = (
    "name", "terraform", "cloudformation", "dockerfile", "files", "reads", "write", "add", "remove", "fixed",
)  # fmt: skip


class Loaded(NamedTuple):
    """A rule or concept with the nodes it was read from, for what is found wrong later."""

    name: str
    plain: Mapping[str, Any]
    node: Node
    source: Source


class ResourceFile(NamedTuple):
    """What a resource file declares."""

    concepts: tuple[Loaded, ...]
    tables: Mapping[str, Mapping[str, Any]]


def fault(source: Source, node: Node, message: str, hint: str = "") -> NoReturn:
    """Raise the `UsageError` that points at a node."""
    line, column = source.position(node.start)
    end_line, end_column = source.position(node.end)
    if end_line > line:
        end_line, end_column = line, len(source.line(line)) + 1
    location = Location(source.path, Region(line, column, end_line, end_column))
    raise UsageError(message, location, source.line(line), hint)


class _Reader:
    """Looks through the nodes of one file; every method raises `UsageError` at the node that is wrong."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def documents(self) -> list[Node]:
        try:
            return read_yaml_all(self.source.text)
        except Malformed as error:
            node = Node("null", error.offset, error.offset + 1, None)
            fault(self.source, node, error.what, error.hint)

    def fault(self, node: Node, message: str, hint: str = "") -> NoReturn:
        fault(self.source, node, message, hint)

    def mapping(self, node: Node, what: str, known: Collection[str], needed: Sequence[str] = ()) -> None:
        if node.kind != "map":
            self.fault(node, f"{what} is a mapping", f"its keys are {', '.join(known)}")
        for name, key, _ in node.items():
            if name not in known:
                self.unknown_word(key, name, known, f"{what} has no key")
        for name in needed:
            if node.get(name) is None:
                self.fault(node, f'{what} needs "{name}"')

    def unknown_word(self, node: Node, word: str, known: Collection[str], message: str) -> NoReturn:
        near = nearest_word(word, known)
        hint = f'did you mean "{near}"?' if near else f"known are {', '.join(known)}"
        self.fault(node, f'{message} "{word}"', hint)

    def text(self, node: Node | None, what: str) -> None:
        if node is not None and (node.kind != "text" or not node.value.strip()):
            self.fault(node, f"{what} is text")

    def one_of(self, node: Node | None, what: str, words: Collection[str]) -> None:
        if node is not None and node.value not in words:
            self.unknown_word(node, str(node.plain()), words, f"{what} cannot be")

    def texts(self, node: Node | None, what: str) -> None:
        if node is None:
            return
        if node.kind != "list":
            self.fault(node, f"{what} is a list")
        for element in node.elements():
            if element.kind not in ("text", "number"):
                self.fault(element, f"{what} is a list of text")

    def truth(self, node: Node | None, what: str) -> None:
        if node is not None and node.kind != "truth":
            self.fault(node, f"{what} is true or false")

    def parsed(self, node: Node | None, parse: Callable[[str], object]) -> None:
        if node is None:
            return
        if node.kind != "text" and node.kind != "number":
            self.fault(node, "this is text")
        try:
            parse(str(node.value))
        except ValueError as error:
            self.fault(node, str(error))


def read_rule_file(id: str, source: Source) -> Loaded:
    """Return the rule of one file; raises `UsageError` with line, column and the nearest valid word."""
    reader = _Reader(source)
    documents = reader.documents()
    if len(documents) != 1:
        at = documents[1] if documents else Node("null", 0, 0, None)
        reader.fault(at, "a rule file holds one rule", "its id is its path below policies/rules")
    node = documents[0]
    reader.mapping(node, "a rule", RULE_KEYS, ("title", "severity", "category", "why", "applies_to"))
    if (node.get("require") is None) == (node.get("forbid") is None):
        reader.fault(node, 'a rule has either "require" or "forbid"')
    for name in ("title", "category", "why", "applies_to", "message", "no_fix"):
        reader.text(node.get(name), name)
    reader.one_of(node.get("severity"), "severity", SEVERITIES)
    reader.one_of(node.get("confidence"), "confidence", CONFIDENCES)
    reader.one_of(node.get("audience"), "audience", AUDIENCES)
    for name in ("also_known_as", "references", "points_at", "leaves_undecided_to"):
        reader.texts(node.get(name), name)
    standards = node.get("standards")
    if standards is not None:
        if standards.kind != "map":
            reader.fault(standards, "standards is a mapping from a standard to the numbers of its clauses")
        for name, _, listed in standards.items():
            reader.texts(listed, name)
    settings = node.get("settings")
    if settings is not None and settings.kind != "map":
        reader.fault(settings, "settings is a mapping from names to values")
    _fix(reader, node)
    _cases(reader, node.get("cases"), CASE_KEYS)
    return Loaded(id, node.plain(), node, source)


def _fix(reader: _Reader, node: Node) -> None:
    fix = node.get("fix")
    if fix is None:
        return
    reader.mapping(fix, "a fix", FIX_KEYS, ("safety",))
    reader.one_of(fix.get("safety"), "safety", ("safe", "unsafe"))
    verbs = [name for name in ("set", "add", "remove") if fix.get(name) is not None]
    if not verbs:
        reader.fault(fix, 'a fix has "set", "add" or "remove"')
    for name in ("set", "add"):
        part = fix.get(name)
        if part is not None and part.kind != "map":
            reader.fault(part, f"{name} is a mapping from attributes to values")
    removed = fix.get("remove")
    if removed is not None and removed.kind == "list":
        reader.texts(removed, "remove")
    else:
        reader.text(removed, "remove")


def _cases(reader: _Reader, cases: Node | None, keys: Collection[str]) -> None:
    if cases is None:
        return
    if cases.kind != "list":
        reader.fault(cases, "cases is a list")
    names: set[str] = set()
    for case in cases.elements():
        reader.mapping(case, "a case", keys, ("name",))
        name = case.get("name")
        reader.text(name, "name")
        if name is not None and name.value in names:
            reader.fault(name, f'there are two cases "{name.value}"', "each case has a name of its own")
        names.add(name.value if name is not None else "")
        if not any(case.get(key) for key in ("terraform", "cloudformation", "dockerfile", "terraform_json", "files")):
            reader.fault(
                case, "a case has the text of a file", "write it below terraform, cloudformation or dockerfile"
            )


def read_resource_file(source: Source) -> ResourceFile:
    """Return the concepts and tables of one file; raises `UsageError`."""
    reader = _Reader(source)
    concepts: list[Loaded] = []
    tables: dict[str, Mapping[str, Any]] = {}
    for node in reader.documents():
        reader.mapping(node, "a resource file", RESOURCE_KEYS)
        if node.get("table") is not None:
            reader.mapping(node, "a table", ("table", "values"), ("table", "values"))
            plain = node.plain()
            tables[plain["table"]] = plain["values"]
            continue
        reader.mapping(node, "a resource file", RESOURCE_KEYS, ("name", "found_in"))
        reader.text(node.get("name"), "name")
        reader.texts(node.get("identity"), "identity")
        _found_in(reader, node)
        relations = node.get("relations")
        if relations is not None:
            _relations(reader, relations)
        _cases(reader, node.get("cases"), RESOURCE_CASE_KEYS)
        plain = node.plain()
        concepts.append(Loaded(plain["name"], plain, node, source))
    return ResourceFile(tuple(concepts), tables)


def _found_in(reader: _Reader, node: Node) -> None:
    found_in = node.get("found_in")
    assert found_in is not None
    if found_in.kind != "list" or not found_in.elements():
        reader.fault(found_in, "found_in is a list of types with their attributes")
    for entry in found_in.elements():
        reader.mapping(entry, "an entry of found_in", FOUND_KEYS, ("attributes",))
        dialects = [name for name in ("terraform", "cloudformation", "dockerfile") if entry.get(name) is not None]
        if len(dialects) != 1:
            reader.fault(
                entry,
                "an entry of found_in names one type of one dialect",
                "write terraform, cloudformation or dockerfile",
            )
        reader.text(entry.get(dialects[0]), dialects[0])
        for name in ("under", "each"):
            reader.parsed(entry.get(name), parse_path)
        where = entry.get("where")
        if where is not None and entry.get("each") is None:
            reader.fault(where, '"where" stands only beside "each"', "it says which of the elements are meant")
        attributes = entry.get("attributes")
        assert attributes is not None
        _attributes(reader, attributes)


def _attributes(reader: _Reader, node: Node) -> None:
    if node.kind != "map":
        reader.fault(node, "attributes is a mapping from names to places")
    for _, _, place in node.items():
        _place(reader, place)


def _place(reader: _Reader, node: Node) -> None:
    if node.kind == "text":
        reader.parsed(node, parse_path)
        return
    reader.mapping(node, "a place", PLACE_KEYS)
    forms = [name for name in FORM_KEYS if node.get(name) is not None]
    companion = node.get("in") is not None
    if len(forms) > 1:
        reader.fault(node, f"a place has one form, and here are {' and '.join(forms)}")
    if not forms and not (companion and node.get("attributes") is not None):
        reader.fault(node, "a place needs a form", f"write one of {', '.join(FORM_KEYS)}")
    for name, form in BELONGS.items():
        if node.get(name) is not None and node.get(form) is None:
            reader.fault(node, f'"{name}" stands only beside "{form}"')
    if companion and node.get("joined_by") is None:
        reader.fault(node, 'a companion needs "joined_by": its attribute that names this resource')
    for name in ("path", "each", "entries", "joined_by", "mentions_of"):
        reader.parsed(node.get(name), parse_path)
    _options(reader, node)
    for name in ("first", "together"):
        parts = node.get(name)
        if parts is not None:
            if parts.kind != "list" or not parts.elements():
                reader.fault(parts, f"{name} is a list of places")
            for part in parts.elements():
                _place(reader, part)
    attributes = node.get("attributes")
    if attributes is not None:
        _attributes(reader, attributes)
    _compound(reader, node)


def _options(reader: _Reader, node: Node) -> None:
    reader.one_of(node.get("as"), "as", tuple(READERS))
    reader.truth(node.get("ignore_case"), "ignore_case")
    reader.truth(node.get("replaces"), "replaces")
    reader.parsed(node.get("for"), read_clause)
    values = node.get("values")
    if values is not None and values.kind not in ("map", "text"):
        reader.fault(values, "values is a mapping from written words to what they mean, or the name of a table")
    default = node.get("default")
    for one in default.elements() if default is not None else ():
        if one.kind == "map" and one.get("value") is not None:
            reader.mapping(one, "a default", ("value", "for"))
            reader.parsed(one.get("for"), read_clause)


def _compound(reader: _Reader, node: Node) -> None:
    of = node.get("of")
    if of is not None:
        reader.text(of, "of")
        if node.get("attribute") is None:
            reader.fault(node, '"of" needs "attribute": what is read of the related resource')
    ends = node.get("range")
    if ends is not None:
        reader.mapping(ends, "range", ("from", "to", "protocol"), ("from", "to"))
        for _, _, end in ends.items():
            reader.parsed(end, parse_path)
    networks = node.get("networks")
    if networks is not None:
        reader.mapping(networks, "networks", ("ipv4", "ipv6", "other"))
        for _, _, path in networks.items():
            reader.parsed(path, parse_path)


def _relations(reader: _Reader, node: Node) -> None:
    if node.kind != "map":
        reader.fault(node, "relations is a mapping from names to relations")
    for _, _, relation in node.items():
        reader.mapping(relation, "a relation", RELATION_KEYS)
        forms = [name for name in ("to", "from", "all") if relation.get(name) is not None]
        if len(forms) != 1:
            reader.fault(relation, "a relation has one of to, from and all")
        if forms[0] == "all":
            if relation.get("by") is not None:
                reader.fault(relation, '"all" is narrowed by "where", not by "by"')
        else:
            if relation.get("by") is None:
                reader.fault(relation, f'"{forms[0]}" needs "by": the attribute that names the other')
            if relation.get("where") is not None:
                reader.fault(relation, f'"{forms[0]}" has no "where"', 'put the condition into the rule with "some"')
