"""One module instance: what the names in its files stand for; never how an expression is evaluated."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.bodies import BodyMap
from gatepost.languages.terraform.conversions import Fails
from gatepost.languages.terraform.evaluate import settle
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.instances import EVERY, ONE, Instances, instance_text, instances_of
from gatepost.languages.terraform.modules import Directory, Item
from gatepost.languages.terraform.state import State
from gatepost.languages.terraform.steps import Evaluate, Named, Several, follow, rebase, walk, weight
from gatepost.model.values import Notation, Origin, OriginKind, Reference, Value, unknown

SECRET_SOURCES = (
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_random_password",
    "aws_ssm_parameter",
    "aws_kms_secrets",
    "azurerm_key_vault_secret",
    "google_secret_manager_secret_version",
    "google_kms_secret",
    "oci_secrets_secretbundle",
    "alicloud_kms_secret_versions",
    "vault_",
    "onepassword_item",
    "sops_file",
)
# What is known of attributes that a provider makes up: how the service writes them, with None for a hole.
# https://cloud.google.com/iam/docs/service-account-types
_GOOGLE_ACCOUNT = ".iam.gserviceaccount.com"
MADE_UP: dict[tuple[str, str], tuple[str | None, ...]] = {
    ("google_service_account", "email"): (None, _GOOGLE_ACCOUNT),
    ("google_service_account", "member"): ("serviceAccount:", None, _GOOGLE_ACCOUNT),
    ("google_project_service_identity", "email"): (None, _GOOGLE_ACCOUNT),
    ("google_project_service_identity", "member"): ("serviceAccount:", None, _GOOGLE_ACCOUNT),
}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
ARN: tuple[str | None, ...] = ("arn:", None)


class Scope:
    """The names of one module instance. `prefix` is "" for the root module, else like `module.net.`."""

    __slots__ = ("arguments", "directory", "parent", "prefix", "state")

    def __init__(
        self, state: State, directory: Directory, prefix: str, parent: Scope | None, arguments: ModuleCall | None
    ) -> None:
        self.state = state
        self.directory = directory
        self.prefix = prefix
        self.parent = parent
        self.arguments = arguments

    def frame(self, item: Item, names: Mapping[str, Value] | None = None) -> Frame:
        """Return the place where the expressions of an item are evaluated."""
        file = self.directory.files[item.chunk.path]
        notation: Notation = "json" if item.chunk.path.endswith(".json") else "hcl"
        return Frame(self, file.source, file.deltas.get(item.chunk, 0), notation, names or {})

    def resolve(self, node: nodes.Reference, steps: Sequence[nodes.Step], frame: Frame, evaluate: Evaluate) -> Value:
        """Return what a name and the steps from it stand for, at the place of the reference."""
        span = frame.span(node)
        found, used = self._start(node, steps)
        value = walk(found, steps[used:], frame, evaluate)
        if value.refers_to is not None:
            value = value._replace(refers_to=value.refers_to._replace(expression=span.text))
        if type(value.literal) in (tuple, dict):
            self.state.spend(weight(value, self.state.left))
        return rebase(value, span, frame.notation)

    def _start(self, node: nodes.Reference, steps: Sequence[nodes.Step]) -> tuple[Value, int]:
        """The value that the first steps of a reference name, and how many these are."""
        root = node.root
        first = _name(steps, 0)
        if root == "var":
            return self.variable(first), 1
        if root == "local":
            return self.local(first), 1
        if root == "path":
            return self._path(first), 1
        if root == "module":
            return self.module(first), 1
        if root in ("data", "ephemeral", "resource"):
            return self.thing(root, first, _name(steps, 1)), 2
        if root == "terraform" and first == "workspace":
            return self.state.workspace(), 1
        if root in ("terraform", "each", "count", "self"):
            why = f"{node.text} is only known when Terraform runs"
            return unknown(why, may_be_missing=False), len(steps)
        if not first:
            if root == "null":
                return Value(None), 0
            raise Fails(f'"{root}" stands for nothing here')
        return self.thing("resource", root, first), 1

    def _path(self, name: str) -> Value:
        if name == "module":
            return Value(posixpath.relpath(self.directory.path, self.state.path))
        if name == "root":
            return Value(".")
        return unknown(f"path.{name} is only known when Terraform runs", may_be_missing=False)

    def local(self, name: str) -> Value:
        """Return a local value, with its definition as first origin."""
        key = f"{self.prefix}local.{name}"
        state = self.state
        return state.recall(key, "", lambda: self._local(name), lambda: unknown(f"local.{name} refers to itself"))

    def _local(self, name: str) -> Value:
        item = self.directory.index.get(f"local.{name}")
        if item is None:
            return unknown(f"local.{name} is not declared")
        return follow(settle(cast(nodes.Attribute, item.node).value, self.frame(item)), f"local.{name}", "code")

    def variable(self, name: str) -> Value:
        """Return the value of a variable, with the place that gives it as first origin."""
        key = f"{self.prefix}variable.{name}"
        return self.state.recall(
            key, "value", lambda: self._variable(name, key), lambda: unknown(f"var.{name} refers to itself")
        )

    def _variable(self, name: str, key: str) -> Value:
        from gatepost.languages.terraform.inputs import variable_value

        self.state.ledger.note(key, "default")
        return variable_value(self, name, self.directory.index.get(f"variable.{name}"))

    def instances(self, item: Item) -> Instances:
        """Return the instances of a resource or module call."""
        key = self.prefix + item.key
        attributes = item.attributes
        if "count" not in attributes and "for_each" not in attributes:
            self.state.ledger.note(key, "count")
            self.state.ledger.note(key, "for_each")
            return ONE
        return self.state.recall(
            key,
            "(instances)",
            lambda: self._instances(item, key),
            lambda: Instances("", ((None, {}),), True, False, f"{key} depends on itself"),
        )

    def _instances(self, item: Item, key: str) -> Instances:
        self.state.ledger.note(key, "count")
        self.state.ledger.note(key, "for_each")
        return instances_of(item, self)

    def body(self, item: Item, instance: str | int | None, names: Mapping[str, Value]) -> BodyMap:
        """Return the body of an item; `instance` is its key, `names` what count and each stand for."""
        key = self.prefix + item.key
        return self.body_at(item, self.frame(item, names), key, key + instance_text(instance), False)

    def body_at(self, item: Item, frame: Frame, key: str, place: str, beside: bool | None) -> BodyMap:
        """Return a body that is evaluated in a frame, with what overrides it; see `BodyMap`."""
        over = [(one.body, self.frame(one, frame.names)) for one in item.over]
        return BodyMap(item.body, frame, key, place, beside, over)

    def address(self, item: Item, instance: str | int | None = None) -> str:
        """Return the address of an instance as Resource.address writes it."""
        key = item.key.removeprefix("resource.").replace("variable.", "var.", 1)
        return f"{self.prefix}{key}{instance_text(instance)}"

    def thing(self, mode: str, type: str, name: str) -> Value:
        """Return a resource or data source as others refer to it."""
        local_key = f"{mode}.{type}.{name}"
        item = self.directory.index.get(local_key)
        address = f"{self.prefix}{local_key}".replace("resource.", "", 1)
        if item is None:
            self.state.ledger.note(f"{self.prefix}{local_key}", "*")
            why = f"{address} is not declared"
            return unknown(why, refers_to=Reference(address, ""))
        found = self.instances(item)

        def make(key: str | int | None, names: Mapping[str, Value]) -> Value:
            named = NamedResource(self, item, key, names)
            return Value(named, refers_to=Reference(named.address, ""))

        if len(found.members) < 2:
            return gathered(found, make)
        place = f"{self.prefix}{local_key}"
        return self.state.recall(place, "(all)", lambda: gathered(found, make), lambda: gathered(found, make))

    def module(self, name: str) -> Value:
        """Return a module call as others refer to it: its outputs."""
        item = self.directory.index.get(f"module.{name}")
        if item is None:
            self.state.ledger.note(f"{self.prefix}module.{name}", "*")
            return unknown(f"module.{name} is not declared")
        found = self.instances(item)

        def make(key: str | int | None, names: Mapping[str, Value]) -> Value:
            return Value(NamedModule(self, item, key, names))

        if len(found.members) < 2:
            return gathered(found, make)
        place = f"{self.prefix}module.{name}"
        return self.state.recall(place, "(all)", lambda: gathered(found, make), lambda: gathered(found, make))

    def child(self, item: Item, key: str | int | None, names: Mapping[str, Value]) -> Scope | None:
        """Return the scope of a called module; None when it is not read here."""
        from gatepost.languages.terraform.calls import child_scope

        return child_scope(self, item, key, names)


def _name(steps: Sequence[nodes.Step], at: int) -> str:
    if at >= len(steps):
        return ""
    step = steps[at]
    if isinstance(step, nodes.Member):
        return step.name
    key = step.key if isinstance(step, nodes.Index) else None
    return str(key.value) if isinstance(key, nodes.Literal) else ""


def gathered(found: Instances, make: Callable[[str | int | None, Mapping[str, Value]], Value]) -> Value:
    """Return the instances of something as a reference to it sees them: one, a list, a map, or several alike."""
    if found.kind == "":
        return make(None, found.members[0][1])
    first = found.members[0][0] if found.members else ""
    if first is not None and first is not EVERY:
        made = {key: make(key, names) for key, names in found.members}
        return Value(tuple(made.values())) if found.kind == "count" else Value(made, open=found.open, gap=found.why)
    one = make(first, found.members[0][1])
    if not found.keys:
        return Value(Several(one, found.exactly_one, found.why), refers_to=one.refers_to)
    return Value((one,) * len(found.keys) if found.kind == "count" else dict.fromkeys(found.keys, one))


class ModuleCall:
    """The arguments of a module call."""

    __slots__ = ("body", "item", "name", "names", "scope")

    def __init__(self, scope: Scope, item: Item, body: BodyMap, names: Mapping[str, Value]) -> None:
        self.scope = scope
        self.item = item
        self.body = body
        self.names = names
        self.name = item.name


def _policy_text(body: BodyMap) -> Value:
    from gatepost.languages.terraform.policy_documents import policy_text

    return policy_text(body)


def _rendered(body: BodyMap) -> Value:
    from gatepost.languages.terraform.template_files import rendered

    return rendered(body)


# Data sources that put a text together from nothing but what is written, and in which attribute they have it.
MADE_TEXTS: Mapping[tuple[str, str], Callable[[BodyMap], Value]] = {
    ("aws_iam_policy_document", "json"): _policy_text,
    ("aws_iam_policy_document", "minified_json"): _policy_text,
    ("template_file", "rendered"): _rendered,
}


class NamedResource(Named):
    """A resource instance as others refer to it."""

    __slots__ = ("address", "body", "item", "scope")

    def __init__(self, scope: Scope, item: Item, key: str | int | None, names: Mapping[str, Value]) -> None:
        self.scope = scope
        self.item = item
        self.address = scope.address(item, key)
        self.body = scope.body(item, key, names)

    def attribute(self, name: str) -> Value:
        """Return an attribute: what is written, or an unknown that is certainly there."""
        what = f"{self.address}.{name}"
        reference = Reference(self.address, name)
        makes = MADE_TEXTS.get((self.item.type, name)) if self.item.kind == "data" else None
        if makes is not None:
            value = self.scope.state.recall(
                self.body.place,
                f"({name})",
                lambda: makes(self.body),
                lambda: unknown(f"{self.address} refers to itself"),
            )
            origins = (Origin(what, "code", value.span, "hcl" if value.span is not None else ""), *value.origins)
            return value._replace(origins=origins, refers_to=reference)
        written: Value | None = self.body.get(name)
        if written is None or written.literal is None:
            return unknown(
                f"{what} is only known when Terraform runs",
                may_be_missing=False,
                pieces=self._made_up(name),
                refers_to=reference,
                origins=(Origin(what, self._kind(), None),),
            )
        literal_here = not written.origins and written.unknown is None
        value = follow(written, what, "code" if literal_here else "resource")
        further = written.refers_to
        if further is not None and self._belongs_to(further.address):
            return value
        return value._replace(refers_to=reference)

    def _made_up(self, name: str) -> tuple[str | None, ...]:
        """Return what is known of an attribute that is not written; () for nothing."""
        if name == "arn" and self.item.type.startswith("aws_"):
            return ARN
        return MADE_UP.get((self.item.type, name), ()) if self.item.kind == "resource" else ()

    def _kind(self) -> OriginKind:
        if self.item.kind == "ephemeral":
            return "secret_store"
        if self.item.kind != "data" or not self.item.type.startswith(SECRET_SOURCES):
            return "resource"
        return "resource" if self.item.type == "aws_ssm_parameter" and self._is_public() else "secret_store"

    def _is_public(self) -> bool:
        """Whether this is a parameter that AWS publishes for everybody, such as the number of its newest image."""
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
        name: Value | None = self.body.get("name")
        if name is None:
            return False
        missing = name.unknown
        start = name.literal if missing is None else next(iter(missing.pieces), None)
        return isinstance(start, str) and start.startswith("/aws/service/")

    def _belongs_to(self, address: str) -> bool:
        """Whether this is a companion of the resource it names: aws_s3_bucket_acl belongs to an aws_s3_bucket."""
        inside = address.removeprefix(self.scope.prefix)
        return self.item.type.startswith(inside.partition(".")[0] + "_")

    def __iter__(self) -> Iterator[str]:
        return iter(self.body)

    def __len__(self) -> int:
        return len(self.body)


class NamedModule(Named):
    """A module call as others refer to it: its outputs."""

    __slots__ = ("item", "key", "names", "scope")

    def __init__(self, scope: Scope, item: Item, key: str | int | None, names: Mapping[str, Value]) -> None:
        self.scope = scope
        self.item = item
        self.key = key
        self.names = names

    def attribute(self, name: str) -> Value:
        """Return an output, unknown when the module is not read here."""
        what = f"module.{self.item.name}.{name}"
        child = self.scope.child(self.item, self.key, self.names)
        if child is None:
            from gatepost.languages.terraform.calls import why_unread

            address = self.scope.address(self.item, self.key)
            return unknown(
                why_unread(self.scope, self.item),
                refers_to=Reference(address, name),
                origins=(Origin(what, "resource", None),),
            )
        key = f"{child.prefix}output.{name}"
        return self.scope.state.recall(
            key, "(value)", lambda: self._output(child, name, what, key), lambda: unknown(f"{what} refers to itself")
        )

    def _output(self, child: Scope, name: str, what: str, key: str) -> Value:
        item = child.directory.index.get(f"output.{name}")
        child.state.ledger.note(key, "value")
        if item is None:
            raise Fails(f"module.{self.item.name} has no output {name}")
        value: Value | None = child.body(item, None, {}).get("value")
        if value is None:
            return unknown(f"{what} has no value")
        kind: OriginKind = "resource" if value.unknown is not None else "code"
        return follow(value, what, kind)

    def __iter__(self) -> Iterator[str]:
        child = self.scope.child(self.item, self.key, self.names)
        return iter(()) if child is None else (key.partition(".")[2] for key in child.directory.types.get("output", ()))

    def __len__(self) -> int:
        return sum(1 for _ in self)
