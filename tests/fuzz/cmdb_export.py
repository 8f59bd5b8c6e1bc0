"""Exports of a CMDB of any bytes are read or refused; what is told is a name of a sensible length."""

from __future__ import annotations

from gatepost.context.cmdb import BadExport, UnknownColumn, read_cmdb
from gatepost.model.policy import Whose


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace").replace("\0", "")
    for columns in ({}, {"name": ("a",), "owner": ("b",)}, {"path": ("a",), "owner": ("b",), "tag.x": ("c",)}):
        try:
            cmdb = read_cmdb(text, "cmdb", columns)
        except (BadExport, UnknownColumn) as error:
            assert str(error)
            continue
        for whose in (Whose("a.tf", {"x": "1", "Name": "a"}, "a.b", names=("a", "b")), Whose("a")):
            told = (*cmdb.owners(whose, whose.path), *cmdb.services(whose, whose.path))
            assert all(0 < len(claim.name) <= 1_000 for claim in told)
