"""What tells the environment of a Terraform root: backend, workspaces, providers, variables; never its resources."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.context.signs import (
    entry,
    first_map,
    is_weak,
    place_of,
    signs_of_accounts,
    signs_of_names,
    tag_signs,
    texts_in,
)
from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.documents import Document
from gatepost.model.environment_words import NAMES, plain_name
from gatepost.model.findings import Sign
from gatepost.model.places import Location
from gatepost.model.values import Value

# Arguments of backends that name a place of their own for each environment. Source: "Backend Configuration"
# (Terraform): s3, gcs, azurerm, http, local, consul, remote, oss, cos.
_BACKEND = (
    "key", "bucket", "prefix", "path", "container_name", "storage_account_name", "resource_group_name", "address",
    "workspace_key_prefix", "profile", "schema_name", "organization",
)  # fmt: skip
# Arguments of providers that say for which account they work, and those whose name may speak of an environment.
_ACCOUNTS = ("allowed_account_ids", "subscription_id", "account_id")
_ROLES = ("assume_role", "assume_role_with_web_identity")
_NAMED = ("profile", "project", "impersonate_service_account")
_DEFAULT_TAGS = ("default_tags", "default_labels")


def terraform_signs(document: Document, literal_only: bool) -> Iterator[Sign]:
    """Yield the signs of a root module. `literal_only`: its variables have several values, so they tell nothing."""
    if not isinstance(document, TerraformDocument):
        inner = getattr(document, "now", None)  # a planned root
        if not isinstance(inner, TerraformDocument):
            return
        document = inner
    types = document.types()
    for resource in document.resources("terraform") if "terraform" in types else ():
        if resource.address == "terraform":  # that of a called module has no effect
            yield from _backends(resource.body)
    for type in types:
        if type.startswith("provider."):
            for provider in document.resources(type):
                yield from _provider(provider.body, provider.address, literal_only)
    if not literal_only:
        yield from _variables(document)


def _backends(body: Value) -> Iterator[Sign]:
    for backend in first_map(entry(body, "backend")):
        label = entry(backend, "label")
        kind = label.literal if label is not None and isinstance(label.literal, str) else ""
        for name in _BACKEND:
            value = entry(backend, name)
            if value is not None and isinstance(value.literal, str):
                yield from signs_of_names(
                    value.literal, f"backend {kind}, {name} {value.literal[:80]}", place_of(value)
                )
        for workspaces in first_map(entry(backend, "workspaces")):
            yield from _workspaces(workspaces)
    for cloud in first_map(entry(body, "cloud")):
        for workspaces in first_map(entry(cloud, "workspaces")):
            yield from _workspaces(workspaces)


def _workspaces(body: Value) -> Iterator[Sign]:
    for value in texts_in(body):
        yield from signs_of_names(value.literal, f"workspace {value.literal[:80]}", place_of(value))


def _provider(body: Value, address: str, literal_only: bool) -> Iterator[Sign]:
    def told(value: Value) -> bool:
        return not (literal_only and value.origins)

    for name in (*_ACCOUNTS, *_ROLES):
        given = entry(body, name)
        for value in texts_in(given) if given is not None else ():
            if told(value):
                yield from signs_of_accounts(value.literal, f"{address}, account", place_of(value), is_weak(value))
    for name in _NAMED:
        value = entry(body, name)
        if value is not None and isinstance(value.literal, str) and told(value):
            what = f"{address}, {name} {value.literal[:80]}"
            yield from signs_of_names(value.literal, what, place_of(value), is_weak(value))
            if name == "project":
                text = f"projects/{value.literal}"
                yield from signs_of_accounts(text, f"{address}, project", place_of(value), is_weak(value))
    for name in _DEFAULT_TAGS:
        given = entry(body, name)
        holders = first_map(given) if name == "default_tags" else (body,) if given is not None else ()
        for sign in (sign for holder in holders for sign in tag_signs(holder, f"{address}, default tag")):
            if not literal_only:
                yield sign


def _variables(document: TerraformDocument) -> Iterator[Sign]:
    """Yield what variables called `environment`, `env` or `stage` are, as var files or else their defaults have it."""
    given: set[str] = set()
    for file in reversed(document.state.var_files):
        for item in file.body.items:
            if not isinstance(item, nodes.Attribute) or plain_name(item.name) not in NAMES or item.name in given:
                continue
            if isinstance(item.value, nodes.Literal) and isinstance(item.value.value, str):
                given.add(item.name)
                place = file.source.region(item.start, item.end)
                text = item.value.value
                what = f"{item.name} = {text[:60]} in {file.source.path}"
                yield from signs_of_names(text, what, Location(file.source.path, place))
    for one in reversed(document.state.inputs.assigned):
        if plain_name(one.name) in NAMES and one.name not in given:
            given.add(one.name)
            yield from signs_of_names(one.text, one.what, None)
    for variable in document.resources("variable"):
        name = variable.address.removeprefix("var.") if variable.address.startswith("var.") else ""
        default = entry(variable.body, "default")
        if plain_name(name) in NAMES and name not in given and default is not None and isinstance(default.literal, str):
            what = f"the default of {variable.address[:80]}"
            yield from signs_of_names(default.literal, what, place_of(default), True)
