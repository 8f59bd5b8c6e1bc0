"""Which directories are root modules: those that no other one calls, or that keep a state; never reads more."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from gatepost.model.regexes import regex

# Only the calls are wanted here, and every file passes by: a search costs a tenth of a parse. What it finds too much
# (the words in a comment) could hide a root, so a call counts only when its directory holds Terraform files.
_CALL = regex(r'\bmodule[ \t]+"?[\w-]+"?[ \t]*\{')
_SOURCE = regex(r'^[ \t]*source[ \t]*=[ \t]*"(\.\.?/[^"$%\n]*|\.\.?)"', re.MULTILINE)
# Only a root module says where its state is kept, also when another one calls it.
_BACKEND = regex(r'^[ \t]*(?:backend[ \t]+"[\w-]+"|cloud)[ \t]*\{', re.MULTILINE)
_JSON_SOURCE = regex(r'"source"\s*:\s*"(\.\.?/[^"$%\n]*|\.\.?)"')


def called_directories(path: str, text: str) -> list[str]:
    """Return the local directories that the module calls in one file may lead to, relative to the scanned root."""
    if path.endswith(".json"):
        sources = _JSON_SOURCE.findall(text) if '"module"' in text else []
    else:
        sources = _SOURCE.findall(text) if "module" in text and "source" in text and _CALL.search(text) else []
    here = posixpath.dirname(path)
    return [posixpath.normpath(posixpath.join(here, source)) for source in sources]


def root_directories(paths: Iterable[str], read: Callable[[str], str | None], given: Collection[str] = ()) -> list[str]:
    """Return the directories of root modules among those of `paths` (files of modules), sorted.

    `read` gives a file's text, or None; `given` are directories with var files that Terraform takes unasked. A ring of
    modules that only call each other is entered at its first one, so that nothing is left out.
    """
    return _roots(*_calls(paths, read), given)


def roots_reaching(
    wanted: Iterable[str], paths: Iterable[str], read: Callable[[str], str | None], given: Collection[str] = ()
) -> list[str]:
    """Return the directories of those root modules that are, or call, one of the directories in `wanted`, sorted."""
    calls, keeping = _calls(paths, read)
    sought = set(wanted)
    return [root for root in _roots(calls, keeping, given) if sought & _reached([root], calls)]


def _calls(paths: Iterable[str], read: Callable[[str], str | None]) -> tuple[dict[str, set[str]], set[str]]:
    """Return for each directory of `paths` those that it calls, and the directories that say where a state is kept."""
    calls: dict[str, set[str]] = {}
    keeping: set[str] = set()
    for path in paths:
        text = read(path)
        here = posixpath.normpath(posixpath.dirname(path) or ".")
        calls.setdefault(here, set()).update(called_directories(path, text) if text else ())
        # The words are looked for first: most texts have none of them, and a search for a word costs far less.
        if text and "terraform" in text and ("backend" in text or "cloud" in text) and _BACKEND.search(text):
            keeping.add(here)
    return calls, keeping


def _roots(calls: Mapping[str, set[str]], keeping: Collection[str], given: Collection[str]) -> list[str]:
    called = {to for here, tos in calls.items() for to in tos if to != here}
    roots = [here for here in sorted(calls) if here not in called or here in keeping or here in given]
    reached = _reached(roots, calls)
    for here in sorted(calls):
        if here not in reached:
            roots.append(here)
            reached |= _reached([here], calls)
    return sorted(roots)


def _reached(starts: Sequence[str], calls: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(to for to in calls.get(here, ()) if to in calls)
    return reached
