"""Every root of the corpora is evaluated whole, without a traceback and the same twice."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from terraform_roots import plain, whole

from gatepost.languages.terraform.document import read_root
from gatepost.model.places import Source

TOP = Path(os.environ.get("GATEPOST_CORPORA", "") or "/nowhere")


class Disk:
    def list(self, directory: str) -> Sequence[str]:
        here = TOP / directory
        return sorted(str(p.relative_to(TOP)) for p in here.iterdir() if p.is_file()) if here.is_dir() else []

    def read(self, path: str) -> Source | None:
        try:
            return Source(path, (TOP / path).read_text(encoding="utf-8"), "terraform")
        except (OSError, UnicodeDecodeError):
            return None


ROOTS = sorted({str(p.parent.relative_to(TOP)) for p in TOP.rglob("*.tf")}) if TOP.is_dir() else []


@pytest.mark.skipif(not ROOTS, reason="GATEPOST_CORPORA names no folder with Terraform in it")
def test_every_root_is_evaluated_the_same_twice() -> None:
    for path in ROOTS:
        assert whole(read_root(path, Disk())) == whole(read_root(path, Disk())), path


@pytest.mark.skipif("terraform/terragoat/terraform/aws" not in ROOTS, reason="needs terragoat")
def test_terragoat_is_known_where_it_can_be() -> None:
    document = read_root("terraform/terragoat/terraform/aws", Disk())
    assert not document.problems
    buckets = {r.name: r.body.literal for r in document.resources("aws_s3_bucket")}
    assert plain(buckets["financials"].get("acl")) == "private"
    name = buckets["financials"].get("bucket")
    assert name.unknown.pieces == (None, "-acme-dev-financials")
    (database,) = [r for r in document.resources("aws_db_instance") if r.name == "default"]
    assert database.body.literal.get("password").origin == "default"
