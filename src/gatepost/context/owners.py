"""Who owns what, from every source that tells, each answer with how it is known; never reads a file.

The sources in their order: the tags of the resource, CODEOWNERS, the catalogue. All that answer are told, so that
sources which contradict each other are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gatepost.context.assessing import OWNER_TAGS, PROJECT_TAGS, plain_tag
from gatepost.context.catalogue import Component, component_of
from gatepost.context.codeowners import CodeOwners
from gatepost.model.decisions import Fact
from gatepost.model.records import NamedTuple


class Owners(NamedTuple):
    """Every source there is. `prefix` is where the scanned root lies below the top of the repository, "" or "live/"."""

    codeowners: CodeOwners | None = None
    catalogue: tuple[Component, ...] = ()
    prefix: str = ""

    def of(self, path: str, tags: Mapping[str, str]) -> tuple[Fact, ...] | None:
        """Return the owners of something at a path of the scanned root; None where no source could tell."""
        facts = _tagged(tags, OWNER_TAGS)
        if self.codeowners is not None:
            facts += self.codeowners.owners(self.prefix + path)
        component = component_of(path, self.catalogue)
        if component is not None and component.owner:
            facts.append(Fact(component.owner, component.place))
        if not facts and self.codeowners is None and component is None:
            return None
        return _once(facts)

    def projects_of(self, path: str, tags: Mapping[str, str]) -> tuple[Fact, ...] | None:
        """Return the projects that something belongs to; None where no source could tell."""
        facts = _tagged(tags, PROJECT_TAGS)
        component = component_of(path, self.catalogue)
        if component is not None:
            facts += [Fact(name, component.place) for name in (component.name, component.system) if name]
        return _once(facts) if facts or component is not None else None

    def owned(self, path: str, tags: Mapping[str, str]) -> tuple[tuple[Fact, ...] | None, tuple[Fact, ...] | None]:
        """Return owners and projects."""
        return self.of(path, tags), self.projects_of(path, tags)


def _tagged(tags: Mapping[str, str], names: Iterable[str]) -> list[Fact]:
    if not tags:
        return []
    plain = {plain_tag(key): key for key in reversed(list(tags))}
    found = [plain[name] for name in names if name in plain]
    return [Fact(tags[key], f"tag {key}") for key in found if tags[key]]


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return each name once, with all that told it."""
    how: dict[str, list[str]] = {}
    for fact in facts:
        how.setdefault(fact.name, []).append(fact.how)
    return tuple(Fact(name, ", ".join(dict.fromkeys(told))) for name, told in how.items())
