"""One rule, as its file says it, compiled when a document first has what it speaks of; never judged here."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gatepost.conditions import Attributes, Condition, Guards, Schema, Sort, compile_condition
from gatepost.conditions.compiling import make_condition
from gatepost.conditions.guards import PlainGuards, guards_of, ready
from gatepost.conditions.reading import read_condition
from gatepost.model.findings import Confidence, Severity
from gatepost.model.records import NamedTuple
from gatepost.rules.schemas import FREE, VALUES, DockerSchema, KindSchema, element_schema

if TYPE_CHECKING:
    from gatepost.rules.catalogue import Catalogue
    from gatepost.rules.concepts import Concept

# The first word of a raw subject, and the language it belongs to.
RAW_LANGUAGES: Mapping[str, str] = {
    "terraform": "terraform",
    "cloudformation": "cloudformation",
    "docker": "dockerfile",
}
EVERY_VALUE = "any.values"


class Applies(NamedTuple):
    """What a rule applies to: a concept, or a type of one language, and the lists to go down from there.

    `language` and `type` are "" for a concept. For every written value all are empty.
    """

    concept: Concept | None
    language: str
    type: str
    lists: tuple[str, ...]


class Told(NamedTuple):
    """What a rule says about itself, as findings repeat it."""

    why: str
    standards: Mapping[str, tuple[str, ...]]
    also_known_as: tuple[str, ...]
    references: tuple[str, ...]
    cwe: tuple[int, ...]


class Packed(NamedTuple):
    """A rule as the compiled catalogue keeps it, in the format of marshal: bytes that are read when they are needed.

    `judging` is a plain tuple of `Judging`, enough for a rule that finds nothing; `data` is all that its file says.
    """

    data: bytes
    judging: bytes


class Judging(NamedTuple):
    """What a rule is judged by, as plain data, with nothing left to look up in the schema of what it applies to.

    `concept`, `language`, `type` and `lists` are those of `Applies`, `when` and `condition` are `reading.Steps`.
    """

    concept: str
    language: str
    type: str
    lists: tuple[str, ...]
    requires: bool
    of_secrets: bool
    settings: Mapping[str, Any]
    guards: PlainGuards
    when: tuple[Any, ...] | None
    condition: tuple[Any, ...]


class Rule:
    """A rule. What a packed one says is read when first asked for; so are conditions and schema made."""

    __slots__ = (
        "_applies", "_conditions", "_guards", "_judging", "_of_secrets", "_packed", "_plain", "_requires", "_schema",
        "_settings", "_told", "catalogue", "id",
    )  # fmt: skip

    def __init__(self, id: str, plain: Mapping[str, Any] | Packed, catalogue: Catalogue) -> None:
        self.id = id
        self._packed = plain if isinstance(plain, Packed) else None
        self._plain = None if isinstance(plain, Packed) else plain
        self.catalogue = catalogue
        self._judging: Judging | None = None
        self._applies: Applies | None = None
        self._conditions: tuple[Condition | None, Condition, Guards] | None = None
        self._schema: Schema | None = None
        self._guards: Guards | None = None
        self._told: Told | None = None
        self._of_secrets: bool | None = None
        self._requires: bool | None = None
        self._settings: Mapping[str, Any] | None = None

    @property
    def plain(self) -> Mapping[str, Any]:
        """All that the file says, as plain data."""
        if self._plain is None:
            assert self._packed is not None
            self._plain = cast("Mapping[str, Any]", marshal.loads(self._packed.data))
        return self._plain

    @property
    def kept(self) -> Judging | None:
        """What the compiled catalogue keeps for judging; None for a rule of the user's own.

        Also None where the user has concepts or tables of their own: attributes may then be of another sort.
        """
        if self._packed is None or not self.catalogue.as_shipped:
            return None
        if self._judging is None:
            self._judging = Judging(*marshal.loads(self._packed.judging))
        return self._judging

    @property
    def title(self) -> str:
        """One line that says what is wrong."""
        return self.plain["title"]

    @property
    def severity(self) -> Severity:
        """The severity as shipped; a policy may give another."""
        return cast("Severity", self.plain["severity"])

    @property
    def confidence(self) -> Confidence:
        """How sure it is that a finding is true, where all that the rule asks for is known."""
        return cast("Confidence", self.plain.get("confidence", "high"))

    @property
    def audience(self) -> str:
        """Whom the rule is for: "regular" (what a reviewer would act on) or "thorough"."""
        return self.plain.get("audience", "regular")

    @property
    def category(self) -> str:
        """What kind of fault it is: one word."""
        return self.plain["category"]

    @property
    def why(self) -> str:
        """Why it matters, in a sentence or two."""
        return self.told.why

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings with their defaults; None is "to be given by the policy"."""
        if self._settings is None:
            kept = self.kept
            self._settings = kept.settings if kept is not None else self.plain.get("settings", {})
        return cast("Mapping[str, Any]", self._settings)

    @property
    def shared_settings(self) -> tuple[str, ...]:
        """The settings that a policy can give for all rules at once."""
        if not self.settings:
            return ()
        from gatepost.model.shared_settings import is_shared

        return tuple(name for name, default in self.settings.items() if is_shared(name, default))

    @property
    def standards(self) -> Mapping[str, tuple[str, ...]]:
        """Standards with the numbers of the clauses."""
        return self.told.standards

    @property
    def also_known_as(self) -> tuple[str, ...]:
        """The same rule in other tools, as "tool/rule"."""
        return self.told.also_known_as

    @property
    def references(self) -> tuple[str, ...]:
        """Addresses of the vendor's pages."""
        return self.told.references

    @property
    def told(self) -> Told:
        """What every finding of the rule tells, made once: there may be thousands of them."""
        if self._told is None:
            plain = self.plain
            standards = {name: tuple(str(one) for one in listed) for name, listed in plain.get("standards", {}).items()}
            self._told = Told(
                " ".join(plain["why"].split()),
                standards,
                tuple(plain.get("also_known_as", ())),
                tuple(plain.get("references", ())),
                tuple(int(number) for number in standards.get("cwe", ()) if number.isdigit()),
            )
        return self._told

    @property
    def fix(self) -> Mapping[str, Any] | None:
        """The fix as written, None where there is none."""
        return self.plain.get("fix")

    @property
    def requires(self) -> bool:
        """Whether the condition has to hold; else it must not."""
        if self._requires is None:
            kept = self.kept
            self._requires = kept.requires if kept is not None else "require" in self.plain
        return self._requires

    @property
    def applies(self) -> Applies:
        """What the rule applies to; raises `ValueError` when there is no such thing."""
        if self._applies is None:
            kept = self.kept
            if kept is None:
                self._applies = resolve(self.plain["applies_to"], self.catalogue)
            else:
                concept = self.catalogue.concept(kept.concept) if kept.concept else None
                self._applies = Applies(concept, kept.language, kept.type, kept.lists)
        return self._applies

    @property
    def schema(self) -> Schema:
        """The attributes of the rule's subject; raises `ValueError` when there is no such thing."""
        if self._schema is None:
            self._schema = schema_of(self.applies)
        return self._schema

    @property
    def conditions(self) -> tuple[Condition | None, Condition, Guards]:
        """`when` (None: always), the condition of `require` or `forbid`, and what the rule finds nothing without.

        Raises `ConditionError`.
        """
        if self._conditions is None:
            kept = self.kept
            if kept is None:
                names = (*self.settings, "today")
                when = self.plain.get("when")
                compiled = None if when is None else compile_condition(when, self.schema, names)
                condition = compile_condition(self._wanted, self.schema, names)
            else:
                compiled = None if kept.when is None else make_condition(kept.when)
                condition = make_condition(kept.condition)
            self._conditions = (compiled, condition, self.guards)
        return self._conditions

    @property
    def _wanted(self) -> Mapping[str, Any]:
        return self.plain["require" if self.requires else "forbid"]

    @property
    def guards(self) -> Guards:
        """What the rule finds nothing without, told without compiling its conditions (which have to be valid)."""
        if self._guards is None:
            kept = self.kept
            self._guards = ready(kept.guards if kept is not None else self._plain_guards())
        return self._guards

    def _plain_guards(self) -> PlainGuards:
        when = self.plain.get("when")
        guards = guards_of(when, self.schema) if when is not None else ()
        return guards if self.requires else (*guards, *guards_of(self._wanted, self.schema))

    @property
    def of_secrets(self) -> bool:
        """Whether the rule finds nothing in a value that holds no secret: it forbids that there is one."""
        if self._of_secrets is None:
            kept = self.kept
            self._of_secrets = kept.of_secrets if kept is not None else self._forbids_secrets()
        return self._of_secrets

    def _forbids_secrets(self) -> bool:
        forbidden: Mapping[str, Any] = self.plain.get("forbid", {})
        return any(name.partition(".")[0] == "secret" and test == {"exists": True} for name, test in forbidden.items())

    def read_for_judging(self) -> Judging:
        """Return what the rule is judged by, to be kept; raises `ConditionError` and `ValueError`."""
        applies, schema, names = self.applies, self.schema, (*self.settings, "today")
        when = self.plain.get("when")
        read = None if when is None else tuple(read_condition(when, schema, names))
        wanted = tuple(read_condition(self._wanted, schema, names))
        return Judging(
            applies.concept.name if applies.concept is not None else "",
            applies.language,
            applies.type,
            applies.lists,
            self.requires,
            self._forbids_secrets(),
            self.settings,
            self._plain_guards(),
            read,
            wanted,
        )

    def types(self) -> Mapping[str, tuple[str, ...]]:
        """Return the types of resources it can apply to, per language; "*" stands for everything."""
        text: str = self.plain["applies_to"]
        if text == EVERY_VALUE:
            return dict.fromkeys(RAW_LANGUAGES.values(), ("*",))
        concept = concept_named(text, self.catalogue)  # without its schema: most concepts are never asked for it
        if concept is None:
            return {self.applies.language: (self.applies.type,)}
        found = {language: concept.types_in(language) for language in RAW_LANGUAGES.values()}
        return {language: types for language, types in found.items() if types}


def concept_named(text: str, catalogue: Catalogue) -> Concept | None:
    """Return the concept with the longest name that `applies_to` begins with."""
    if text.partition(".")[0] in RAW_LANGUAGES:
        return None
    parts = text.split(".")
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        if catalogue.has_concept(name):
            return catalogue.concept(name)
    return None


def resolve(text: str, catalogue: Catalogue) -> Applies:
    """Return what `applies_to` names; raises `ValueError` with a sentence."""
    if text == EVERY_VALUE:
        return Applies(None, "", "", ())
    head, _, rest = text.partition(".")
    if head in RAW_LANGUAGES and rest:
        parts = rest.split(".")
        count = 2 if head == "terraform" and parts[0] in ("data", "provider") else 1
        return Applies(None, RAW_LANGUAGES[head], ".".join(parts[:count]), tuple(parts[count:]))
    concept = concept_named(text, catalogue)
    if concept is not None:
        rest = text.removeprefix(concept.name).lstrip(".")
        return Applies(concept, "", "", _lists(concept.schema(), rest.split("."), text) if rest else ())
    raise ValueError(f'"{text}" is neither a concept of a resource file nor a subject of a language')


def _lists(schema: Schema, parts: list[str], text: str) -> tuple[str, ...]:
    """Split the rest of a subject into names of lists; a name may have dots itself."""
    if not parts:
        return ()
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        sort = schema.sort(name)
        inner = element_schema(sort, schema)
        # A place of any sort in a resource file is a single value; its elements need `each`.
        if inner is not None and not (isinstance(schema, KindSchema) and sort is not None and sort.kind == "any"):
            return (name, *_lists(inner, parts[count:], text))
    raise ValueError(f'"{parts[0]}" in "{text}" is no list of elements')


def schema_of(applies: Applies) -> Schema:
    """Return the schema of a rule's subject; raises `ValueError` when a list in it is none."""
    if applies.concept is not None:
        schema = applies.concept.schema()
    elif not applies.type:
        from gatepost.rules.readers import sort

        return Attributes({**VALUES, "secret": sort("secrets")})
    elif applies.language == "dockerfile":
        schema = DockerSchema(applies.type)
        if not schema.names():
            raise ValueError(f'"docker.{applies.type}" is no instruction, stage or document of a Dockerfile')
    else:
        schema = FREE
    for name in applies.lists:
        inner = element_schema(schema.sort(name) if schema is not FREE else Sort("any"), schema)
        if inner is None:
            raise ValueError(f'"{name}" is no list of elements')
        schema = inner
    return schema
