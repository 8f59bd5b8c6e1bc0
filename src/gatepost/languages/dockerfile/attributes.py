"""What the things in a Dockerfile are called: subject → attribute → sort; never a value.

The rules' loader refuses what is not listed here, so that a misspelt attribute cannot make a rule silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gatepost.model.records import NamedTuple


class Shape(NamedTuple):
    """The sort of an attribute: `kind` as the conditions name sorts; `of` what is inside.

    For "list" and "map" `of` is the shape of the entries; for "element" it is a name in `SHAPES`.
    """

    kind: str
    of: Shape | str | None = None


_TEXT, _TRUTH, _NUMBER, _ANY = Shape("text"), Shape("truth"), Shape("number"), Shape("any")
_TEXTS = Shape("list", _TEXT)


def _element(name: str) -> Shape:
    return Shape("element", name)


def _elements(name: str) -> Shape:
    return Shape("list", _element(name))


# A simple command in shell text.
COMMAND: Mapping[str, Shape] = MappingProxyType(
    {
        "program": _TEXT,  # without its directory
        "subcommand": _TEXT,  # of programs that have them: apt-get install, git clone
        "words": _TEXTS,  # everything after the program
        "arguments": _TEXTS,  # the words that are no flag, no flag's value and not the subcommand
        "flags": Shape("map", _ANY),  # without dashes: true or text; -qq is q and qq
        "assignments": Shape("map", _TEXT),  # NAME=value before the program, those of env and sudo too
        "packages": _elements("package"),
        "pipeline": _TEXTS,  # the other programs of its pipe, in order
        "piped_to": _TEXTS,  # those after it
        "piped_from": _TEXTS,  # those before it
        "redirections": _elements("redirection"),
        "in_subshell": _TRUTH,  # ( … ), $( … ), `…`, sh -c
        "instruction": _TEXT,  # the keyword it stands in; missing outside Dockerfiles
        "text": _TEXT,
        "shell_options": _TEXTS,  # errexit, nounset, pipefail, xtrace … as in force for this command
        "shell": _TEXT,  # sh, bash, ash …; missing for the exec form
        "sudo": _TRUTH,
        "wrappers": _TEXTS,  # sudo, exec, env, command, time … around it
    }
)

PACKAGE: Mapping[str, Shape] = MappingProxyType(
    {
        "name": _TEXT,
        "version": _TEXT,  # an exact one
        "constraint": _TEXT,  # what is written about the version, exact or not: "==1.2", ">=1", "latest"
        "file": _TRUTH,  # a local file, directory, address or requirements file, and no name from an index
        "text": _TEXT,
    }
)

IMAGE: Mapping[str, Shape] = MappingProxyType(
    {
        "registry": _TEXT,  # only when it is written
        "repository": _TEXT,
        "tag": _TEXT,
        "digest": _TEXT,  # with its algorithm: sha256:…
        "stage": _TEXT,  # the earlier stage it names, then all but `text` is missing
        "unknown_stage": _TRUTH,  # a stage number that is not there, or a stage that only comes later
        "name": _TEXT,  # normalised, without tag and digest: docker.io/library/python
        "text": _TEXT,
    }
)

_INSTRUCTION: dict[str, Shape] = {
    "keyword": _TEXT,  # in capitals
    "text": _TEXT,  # the arguments after the flags, continuations joined
    "words": _TEXTS,
    "form": _TEXT,  # shell or exec
    "flags": Shape("map", _ANY),  # --chown=x → chown: x; --link → link: true; written twice: a list
    "heredocs": _elements("heredoc"),
    "stage": _element("stage"),  # missing before the first FROM
}
_ENTRIES: dict[str, Shape] = {**_INSTRUCTION, "entries": _elements("entry")}
_COPY: dict[str, Shape] = {
    **_INSTRUCTION,
    "sources": _TEXTS,
    "destination": _TEXT,
    "from": _TEXT,
    "from_image": _element("image"),
}
_RUN: dict[str, Shape] = {**_INSTRUCTION, "commands": _elements("command"), "shell": _TEXT}

# By the name of the subject ("docker." + name) or of the element.
SHAPES: Mapping[str, Mapping[str, Shape]] = MappingProxyType(
    {
        "FROM": {
            **_INSTRUCTION,
            "image": _TEXT,
            "platform": _TEXT,
            "alias": _TEXT,
            "image_parts": _element("image"),
            "successor": _TEXT,
            "starts_as": _TEXT,  # root, root_at_first, user: as whom an official image starts its program
        },
        "RUN": {**_RUN, "mounts": _elements("mount")},
        "CMD": _RUN,
        "ENTRYPOINT": _RUN,
        "SHELL": _RUN,
        "COPY": _COPY,
        "ADD": _COPY,
        "ENV": _ENTRIES,
        "ARG": _ENTRIES,
        "LABEL": _ENTRIES,
        "EXPOSE": {**_INSTRUCTION, "ports": _elements("port")},
        "USER": {**_INSTRUCTION, "user": _TEXT, "group": _TEXT, "name": _TEXT},
        "WORKDIR": {**_INSTRUCTION, "path": _TEXT},
        "VOLUME": {**_INSTRUCTION, "paths": _TEXTS},
        "HEALTHCHECK": {**_RUN, "disabled": _TRUTH, "command": _TEXT},
        "ONBUILD": {**_INSTRUCTION, "trigger": _element("instruction")},
        "STOPSIGNAL": _INSTRUCTION,
        "MAINTAINER": _INSTRUCTION,
        "stage": {
            "name": _TEXT,  # the alias; missing where there is none
            "index": _NUMBER,
            "is_final": _TRUTH,
            "in_image": _TRUTH,  # the final stage, or one that it is built from: its layers are shipped
            "image": _element("image"),
            "platform": _TEXT,
            "base": _element("stage"),  # the stage it is built from
            "user": _TEXT,  # in force at its end, "root" for 0; missing when only the base image decides
            "workdir": _TEXT,
            "shell": _TEXT,
            "instructions": _elements("instruction"),  # those it inherits come first
            "commands": _elements("command"),  # of its own RUN, CMD, ENTRYPOINT and HEALTHCHECK
            "healthcheck": _element("HEALTHCHECK"),
            "cmd": _element("CMD"),
            "entrypoint": _element("ENTRYPOINT"),
            "environment": Shape("map", _TEXT),
            "labels": Shape("map", _TEXT),
            "exposed": _elements("port"),
        },
        "document": {
            "stages": _elements("stage"),
            "final": _element("stage"),
            "instructions": _elements("instruction"),  # as written, those before the first FROM too
            "syntax": _TEXT,
            "escape": _TEXT,
        },
        "command": COMMAND,
        "package": PACKAGE,
        "image": IMAGE,
        "redirection": {"operator": _TEXT, "target": _TEXT},
        "heredoc": {"name": _TEXT, "text": _TEXT, "quoted": _TRUTH},
        "entry": {"key": _TEXT, "value": _TEXT},
        "port": {"text": _TEXT, "port": _NUMBER, "protocol": _TEXT},
        "mount": dict.fromkeys(
            ("type", "target", "source", "id", "from", "uid", "gid", "mode", "sharing", "text"), _TEXT
        ),
    }
)

INSTRUCTIONS: tuple[str, ...] = tuple(name for name in SHAPES if name.isupper())

# A list of instructions holds all keywords: an attribute that only some have is missing in the others.
ANY_INSTRUCTION: Mapping[str, Shape] = MappingProxyType(
    {attribute: shape for name in INSTRUCTIONS for attribute, shape in SHAPES[name].items()}
)


def shape(name: str, attribute: str) -> Shape | None:
    """Return the shape of an attribute of a subject or element ("RUN", "stage", "instruction", "command"), or None."""
    return attributes(name).get(attribute)


def attributes(name: str) -> Mapping[str, Shape]:
    """Return the attributes of a subject or element; empty where there is none of that name."""
    return ANY_INSTRUCTION if name == "instruction" else SHAPES.get(name, {})
