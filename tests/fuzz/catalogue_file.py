"""Catalogue files of any bytes are read or a problem; no annotation leads out of the repository."""

from __future__ import annotations

from gatepost.context.catalogue import Catalogue, Here, read_catalogue
from gatepost.model.places import Source
from gatepost.model.policy import Whose


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    read = read_catalogue(Source("live/catalog-info.yaml", text, "data"), Here("a/b", frozenset({"", "live"})))
    assert all(one.folder is None or not one.folder.startswith(("/", "..")) for one in read.components)
    assert all(not target.startswith(("/", "../")) for target in read.targets)
    catalogue = Catalogue(read.components, read.parties)
    for claim in catalogue.owners(Whose("live/a.tf", resource="aws_s3_bucket.b", names=("b",))):
        catalogue.members(claim.name)
