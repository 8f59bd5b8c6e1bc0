"""Turns the files that were found into roots to judge, one after the other; never judges."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Literal

from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.environments import Environment
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files


class Root(NamedTuple):
    """One unit of work: a Terraform root's directory, a template or a Dockerfile, by relative path.

    `only` are the files that findings are wanted for, where single files were named; empty: all. `environments` are
    those that a Terraform root's var files tell; empty: it is judged once, without them.
    """

    kind: Literal["terraform", "data", "dockerfile"]
    path: str
    only: frozenset[str] = frozenset()
    environments: tuple[Environment, ...] = ()


def plan_roots(
    found: Found, files: Files, around: Callable[[], Found], environment: str | None = None, alone: bool = False
) -> tuple[Root, ...]:
    """Return the roots in the order of their paths. Files that hold no template are left out.

    `environment` limits those of the roots to one where there is such a one; `alone`: var files were named, and no
    environments are looked for.

    `around` finds everything below the scanned root; it is asked only where a Terraform file was named on its own, to
    learn which root modules it is part of.
    """
    roots: list[Root] = [Root("dockerfile", path) for path in found.files.get("dockerfile", ())]
    terraform = _terraform_roots(found, files, around)
    roots.extend(terraform if alone else _with_environments(terraform, found, around, environment))
    roots.extend(_templates(found, files))
    return tuple(sorted(roots, key=lambda root: (root.path, root.kind)))


def _templates(found: Found, files: Files) -> Iterator[Root]:
    if "data" not in found.files:
        return
    from gatepost.languages.cloudformation.recognition import is_template

    nested: dict[str, frozenset[str]] = {}
    for path in found.files.get("data", ()):
        source = files.read(path)
        if source is None:
            # Not ours to complain of: what kind of file it is was never known.
            files.problems.pop(path, None)
        elif is_template(source.text, path):
            nested[path] = _named_in(source.text, path)
    for path in _outermost(nested):
        yield Root("data", path)


def _named_in(text: str, path: str) -> frozenset[str]:
    if "AWS::CloudFormation::Stack" not in text and "AWS::Serverless::Application" not in text:
        return frozenset()
    from gatepost.languages.cloudformation.nesting import named_templates

    return frozenset(named_templates(text, path))


def _outermost(nested: dict[str, frozenset[str]]) -> Iterator[str]:
    """Yield the templates that no other one makes a stack of, and one of each circle; the others are parts of those."""
    called = {path for paths in nested.values() for path in paths}
    reached: set[str] = set()

    def reach(path: str) -> None:
        waiting = [path]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(inner for inner in nested[one] if inner in nested)

    for path in nested:
        if path not in called:
            yield path
            reach(path)
    for path in nested:
        if path not in reached:
            yield path
            reach(path)


def _terraform_roots(found: Found, files: Files, around: Callable[[], Found]) -> list[Root]:
    modules = _modules(found)
    terraform = {*modules, *found.files.get("tfvars", ()), *found.files.get("tfvars-json", ())}
    if not terraform:
        return []
    from gatepost.languages.terraform.roots import root_directories, roots_reaching

    named = frozenset(path for path in terraform if path in found.given)

    def read(path: str) -> str | None:
        source = files.read(path)
        return source.text if source else None

    here = set(root_directories(sorted(modules), read, _given(found))) if terraform - named else set[str]()
    if named:
        # A file that was named on its own stands for the root modules it is part of, wherever they are.
        all_found = around()
        everything = {*modules, *_modules(all_found)}
        folders = {_folder(path) for path in everything}
        here.update(
            roots_reaching({_above(path, folders) for path in named}, sorted(everything), read, _given(all_found))
        )
    roots: list[Root] = []
    for directory in sorted(here):
        inside = {path for path in terraform if _folder(path) == directory}
        roots.append(Root("terraform", directory, named if inside <= named else frozenset()))
    return roots


def _with_environments(
    roots: list[Root], found: Found, around: Callable[[], Found], wanted: str | None
) -> Iterator[Root]:
    everything = around() if any(root.only for root in roots) else found
    paths = [*everything.files.get("tfvars", ()), *everything.files.get("tfvars-json", ())]
    if not paths:
        yield from roots
        return
    from gatepost.pipeline.environments import VarFiles, chosen

    var_files = VarFiles(paths, {_folder(path) for path in _modules(everything)})
    for root in roots:
        environments = chosen(var_files.environments_of(root.path), wanted)
        if root.only:  # a finding is told as it is in the first: let that be one whose files were named
            environments = tuple(sorted(environments, key=lambda one: root.only.isdisjoint(one.files)))
        yield root._replace(environments=environments)


def _above(path: str, folders: set[str]) -> str:
    """Return the nearest folder of some that a file lies in or below, else its own."""
    here = _folder(path)
    while here not in folders and here != ".":
        here = _folder(here)
    return here if here in folders else _folder(path)


def _given(found: Found) -> set[str]:
    """Return the folders with a var file that Terraform takes unasked: they are root modules, called or not."""
    paths = [*found.files.get("tfvars", ()), *found.files.get("tfvars-json", ())]
    names = ("terraform.tfvars", "terraform.tfvars.json")
    taken = (path for path in paths if posixpath.basename(path) in names or ".auto.tfvars" in path)
    return {_folder(path) for path in taken}


def _modules(found: Found) -> list[str]:
    return [*found.files.get("terraform", ()), *found.files.get("terraform-json", ())]


def _folder(path: str) -> str:
    return posixpath.dirname(path) or "."


def verify_var_files(paths: tuple[str, ...], files: Files, root: str, what: str = "var file") -> tuple[str, ...]:
    """Return the var files as paths relative to the root; raises `UsageError` for one that is not there."""
    import os

    relative: list[str] = []
    for path in paths:
        if not os.path.isfile(path):
            raise UsageError(f"there is no {what} {path!r}", hint="look at the spelling of the path")
        inside = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
        if files.inside(inside) is None:
            raise UsageError(f"the {what} {path!r} lies outside the scanned folder {root!r}")
        relative.append(inside)
    return tuple(relative)
