"""The files of waivers that a policy names, as the base of a change has them; never a link, never whom they cover."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator

from gatepost.gate import Policy
from gatepost.gate.waiver_sections import given, place_of, read_waiver_file
from gatepost.model.decisions import Waiver
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import OfBase
from gatepost.sources.path_globs import matches_any
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes

MOST_FILES = 2_000
_MOST_ENTRIES = 100_000
_MOST_BYTES = 4 * 1024 * 1024


def with_waiver_files(policy: Policy, path: str, shown: str, base: OfBase | None) -> Policy:
    """Return a policy with the waivers of the files that it names, which lie below its own folder.

    `path` is the policy's, `shown` as people read it. Raises `UsageError`.
    """
    folder = os.path.dirname(path)
    found = list(_matching(policy, folder, base))
    for glob in policy.waiver_files:
        if not any(character in glob for character in "*?[") and glob not in found:
            raise UsageError(
                f"there is no file of waivers {glob!r}, which {policy.name} names", hint="make it, or leave it out"
            )
    if len(found) > MOST_FILES:
        raise UsageError(
            f"{policy.name} names {len(found)} files of waivers, and {MOST_FILES} are read", hint="name fewer"
        )
    waivers: list[Waiver] = []
    if base is not None and not base.untracked.isdisjoint(base.inside(path)):
        # The pipeline brought the policy, not the change; so it did what lies beside it.
        base = base._replace(text=_but_for(base.untracked, base.text))
    beside = os.path.dirname(shown)
    for one in found:
        source = _source(os.path.join(folder, one), os.path.join(beside, one).replace(os.sep, "/"), base)
        if source is not None:
            waivers.extend(_kept(policy, read_waiver_file(source, policy.known_environments)))
    return policy._replace(waivers=(*policy.waivers, *waivers))


def _kept(policy: Policy, waivers: tuple[Waiver, ...]) -> tuple[Waiver, ...]:
    for waiver in waivers:
        for name in policy.waiver_rules.require:
            if not given(waiver, name):
                hint = "add it to the waiver"
                raise UsageError(
                    f"{place_of(waiver)}: this waiver has no `{name}`, which {policy.name} requires", hint=hint
                )
    return waivers


def _matching(policy: Policy, folder: str, base: OfBase | None) -> Iterator[str]:
    """Yield the paths, relative to the folder of the policy, of files that its globs name, now or in the base."""
    found = {path for path in files_below(folder, policy.waiver_files) if matches_any(path, policy.waiver_files)}
    if base is not None:
        for inside in base.inside(os.path.join(folder, "x"))[:1]:
            prefix = inside[:-1]
            gone = (path[len(prefix) :] for path in base.before if path.startswith(prefix))
            found.update(path for path in gone if matches_any(path, policy.waiver_files))
    return iter(sorted(found))


def files_below(folder: str, globs: Collection[str]) -> Iterator[str]:
    """Yield the paths of files below a folder that globs may match, without links and what is behind them."""
    begins = [glob.removeprefix("./").removeprefix("/").split("/")[:-1] for glob in globs]
    seen = 0
    waiting = [""]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(os.path.join(folder or ".", here)), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            seen += 1
            if seen > _MOST_ENTRIES:
                return
            path = f"{here}/{entry.name}" if here else entry.name
            if entry.is_symlink() or entry.name == ".git":
                continue
            if entry.is_dir():
                if any(_leads(path.split("/"), begin) for begin in begins):
                    waiting.append(path)
            else:
                yield path


def _leads(names: list[str], begin: list[str]) -> bool:
    """Whether a folder may lie on the way to what a glob names; one of a single name is found at any depth."""
    if not begin:
        return True
    for name, wanted in zip(names, begin, strict=False):
        if any(character in wanted for character in "*?["):
            return True
        if name != wanted:
            return False
    return True


def _but_for(untracked: Collection[str], text: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda path: None if path in untracked else text(path)


def _source(path: str, shown: str, base: OfBase | None) -> Source | None:
    """Return a file of waivers as the base has it, None where the base has none."""
    name = printable_path(shown)
    for inside in base.inside(path) if base is not None else ():
        assert base is not None
        try:
            text = base.text(inside)
        except KeyError:
            return None
        if text is not None:
            return Source(f"{name} ({base.name})", text, "policy")
    try:
        return Source(name, decode(read_bytes(path, _MOST_BYTES)), "policy")
    except Unreadable as error:
        raise UsageError(f"the waivers {name!r} cannot be used: {error.what}", hint=error.hint) from None
