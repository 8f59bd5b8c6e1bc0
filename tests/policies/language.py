"""What of the rule language the shipped files use, as words such as "operator like"; never what they mean by it."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.conditions.operators import ORIGINS
from gatepost.conditions.sorts import ORDERED, Sort, element_sort, sort_of
from gatepost.rules.loading import FORM_KEYS, OPTION_KEYS, RULE_KEYS
from gatepost.rules.readers import READERS
from gatepost.rules.schema_condition import OPERATORS
from gatepost.rules.subjects import BUILT_IN

SETS = ("all", "internet", "private")
RAW = (
    "terraform", "terraform.data", "terraform.module", "terraform.variable", "terraform.output",
    "terraform.provider", "cloudformation", "cloudformation.parameter", "docker", "docker.stage",
    "docker.stage.commands", "docker.document", "any.values", "a list of elements",
)  # fmt: skip
PLACES = (
    "a path to the first", "a path to all", "a path beside the properties", "each where", "each as", "each in each",
    "entries key", "in", "in path", "in where", "in each", "in attributes alone", "range protocol", "networks ipv6",
    "values table", "default by version", "under", "found_in each", "found_in where",
)  # fmt: skip
WORDS = (
    *(f"rule {key}" for key in RULE_KEYS),
    *(f"operator {name}" for name in OPERATORS), "a value alone", "any", "a condition not", "count of", "today",
    "a setting as operand", "an attribute as operand", "networks size", "order of what it looks like",
    *(f"origin {kind}" for kind in ORIGINS), *(f"set {name}" for name in SETS),
    *(f"order of {sort}" for sort in sorted(ORDERED)), *(f"built-in {name}" for name in BUILT_IN),
    *(f"subject {name}" for name in RAW), *(f"place {form}" for form in (*FORM_KEYS, *PLACES)),
    *(f"option {key}" for key in OPTION_KEYS), *(f"reader {name}" for name in READERS),
    "relation to", "relation from", "relation all", "relation all where", "relation of elements", "relation in a path",
    "fix set", "fix add", "fix remove", "fix remove this", "fix safe", "fix unsafe", "fix title", "fix several",
    "setting without a value",
)  # fmt: skip


class Use:
    """Collects words with the files that use them."""

    def __init__(self):
        self.found = {}
        self.file = ""

    def note(self, word):
        self.found.setdefault(word, []).append(self.file)


def used(catalogue):
    """Return each word that is used, with the names of the rules and concepts that use it."""
    use = Use()
    for concept in catalogue.concepts():
        use.file = concept.name
        _concept(use, concept)
    for rule in catalogue.rules():
        use.file = rule.id
        _rule(use, rule)
    return use.found


# -- rules ------------------------------------------------------------------------------------------------------------


def _rule(use, rule):
    plain = rule.plain
    for key in plain:
        use.note(f"rule {key}")
    _subject(use, plain["applies_to"], rule)
    for key in ("when", "require", "forbid"):
        if key in plain:
            _condition(use, plain[key], rule.schema, rule)
    for value in rule.settings.values():
        if value is None:
            use.note("setting without a value")
    fix = rule.fix or {}
    if fix:
        use.note(f"fix {fix['safety']}")
    for verb in ("set", "add", "remove", "title"):
        if verb in fix:
            use.note("fix remove this" if fix[verb] == "this" else f"fix {verb}")
    if sum(len(fix[verb]) for verb in ("set", "add") if verb in fix) > 1:
        use.note("fix several")


def _subject(use, text, rule):
    head, _, rest = text.partition(".")
    first = rest.partition(".")[0]
    if text.startswith("docker.stage.commands"):
        use.note("subject docker.stage.commands")
    elif text in RAW:
        use.note(f"subject {text}")
    elif head in ("terraform", "cloudformation", "docker"):
        use.note(f"subject {head}.{first}" if f"{head}.{first}" in RAW else f"subject {head}")
    if rule.applies.lists:
        use.note("subject a list of elements")


def _condition(use, plain, schema, rule=None):
    for name, test in plain.items():
        if name == "any" and isinstance(test, list):
            use.note("any")
            for one in test:
                _condition(use, one, schema, rule)
        elif name == "not":
            use.note("a condition not")
            _condition(use, test, schema, rule)
        else:
            _attribute(use, name, rule)
            _test(use, test, sort_of(schema, name) or Sort("any"), rule)


def _attribute(use, name, rule):
    if name.endswith(".size"):
        use.note("networks size")
    parts = name.split(".")
    for part in parts:
        if part in BUILT_IN:
            use.note(f"built-in {part}")
    concept = rule.applies.concept if rule is not None else None
    if concept is not None and len(parts) > 1 and parts[0] in concept.plain.get("relations", {}):
        use.note("relation in a path")


def _test(use, plain, sort, rule):
    if not isinstance(plain, Mapping):
        use.note("a value alone")
        _operand(use, plain, rule)
        return
    for name, operand in plain.items():
        use.note(f"operator {name}")
        if name in ("some", "every"):
            _element(use, operand, sort, rule)
        elif name == "count":
            if isinstance(operand, Mapping) and "of" in operand:
                use.note("count of")
                _element(use, operand["of"], sort, rule)
        elif name == "not":
            _test(use, operand, sort, rule)
        else:
            if name in ("at_least", "at_most"):
                use.note(f"order of {sort.kind}" if sort.kind in ORDERED else "order of what it looks like")
            for one in operand if isinstance(operand, list) else [operand]:
                if name == "origin":
                    use.note(f"origin {one}")
                _operand(use, one, rule)


def _element(use, operand, sort, rule):
    inner = element_sort(sort)
    if not isinstance(operand, Mapping) or _is_test(operand):
        _test(use, operand, inner, rule)
    else:
        _condition(use, operand, inner.of if inner.of is not None and not isinstance(inner.of, Sort) else _Free(), rule)


def _is_test(plain):
    inner = plain.get("not")
    return all(key in OPERATORS for key in plain) and (not isinstance(inner, Mapping) or _is_test(inner))


class _Free:
    def sort(self, attribute, /):
        return Sort("any")

    def names(self):
        return ()


def _operand(use, plain, rule):
    text = str(plain)
    if text in SETS:
        use.note(f"set {text}")
    for part in text.split("${")[1:]:
        name = part.partition("}")[0]
        if name == "today":
            use.note("today")
        elif rule is not None:
            use.note("a setting as operand" if name in rule.settings else "an attribute as operand")


# -- resource files ---------------------------------------------------------------------------------------------------


def _concept(use, concept):
    for entry in concept.plain["found_in"]:
        if "under" in entry:
            use.note("place under")
        for key in ("each", "where"):
            if key in entry:
                use.note(f"place found_in {key}")
        for place in entry["attributes"].values():
            _place(use, place, False)
    for name, relation in concept.plain.get("relations", {}).items():
        form = next(form for form in ("to", "from", "all") if form in relation)
        use.note(f"relation {form}")
        if "where" in relation:
            use.note("relation all where")
        if "." in name:
            use.note("relation of elements")


def _place(use, plain, in_each):
    if isinstance(plain, str):
        plain = {"path": plain}
    for key in plain:
        if key in FORM_KEYS:
            use.note(f"place {key}")
        elif key in OPTION_KEYS:
            use.note(f"option {key}")
    if "as" in plain:
        use.note(f"reader {plain['as']}")
    _paths(use, plain)
    _beside(use, plain, in_each)
    for name in ("first", "together"):
        for part in plain.get(name, ()):
            _place(use, part, in_each)
    for inner in plain.get("attributes", {}).values():
        _place(use, inner, in_each or "each" in plain)


def _paths(use, plain):
    for form in ("path", "each", "entries"):
        text = str(plain.get(form, ""))
        if any(step.isdigit() for step in text.split(".")):
            use.note("place a path to the first")
        if "[]" in text:
            use.note("place a path to all")
        if text.startswith("$."):
            use.note("place a path beside the properties")


def _beside(use, plain, in_each):
    form = next((form for form in FORM_KEYS if form in plain), "")
    if "in" in plain:
        use.note("place in")
        use.note(f"place in {form}" if form else "place in attributes alone")
        if "where" in plain:
            use.note("place in where")
    if form == "each":
        for key in ("where", "as"):
            if key in plain:
                use.note(f"place each {key}")
        if in_each:
            use.note("place each in each")
    if "key" in plain:
        use.note("place entries key")
    if "protocol" in plain.get("range", {}):
        use.note("place range protocol")
    if "ipv6" in plain.get("networks", {}):
        use.note("place networks ipv6")
    if isinstance(plain.get("values"), str):
        use.note("place values table")
    default = plain.get("default")
    if isinstance(default, list) and default and isinstance(default[0], Mapping):
        use.note("place default by version")
