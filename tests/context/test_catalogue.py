"""Backstage's entities, as its documentation describes them: owners, systems, groups and the folders they are about."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.context.catalogue import Catalogue, Here, Read, read_catalogue, short_reference
from gatepost.model.places import Source
from gatepost.model.policy import Whose


def read(text: str, path: str = "live/catalog-info.yaml", here: Here | None = None) -> Read:
    return read_catalogue(Source(path, dedent(text), "data"), here)


def catalogue(text: str, path: str = "live/catalog-info.yaml", here: Here | None = None) -> Catalogue:
    found = read(text, path, here)
    return Catalogue(found.components, found.parties)


def component(owner: str = "web", more: str = "", annotation: str = "") -> str:
    annotations = f"  annotations: {{{annotation}}}\n" if annotation else ""
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n"
        f"{annotations}spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n{more}"
    )


@pytest.mark.parametrize(
    ("reference", "namespace", "short"),
    [
        ("artist-relations-team", "default", "artist-relations-team"),
        ("group:pet-managers", "default", "pet-managers"),
        ("group:default/search", "default", "search"),
        ("Group:default/search", "default", "search"),
        ("user:default/ann", "default", "ann"),
        ("group:other/search", "default", "other/search"),
        ("search", "other", "other/search"),
        ("default/search", "other", "search"),
        ("machine:default/x", "default", "machine:x"),
        ("", "default", ""),
    ],
)
def test_references_are_normalised(reference: str, namespace: str, short: str) -> None:
    assert short_reference(reference, namespace) == short


def test_a_compound_reference_is_one_too() -> None:
    (one,) = read(component("{kind: Group, name: pet-managers}")).components
    assert one.owner == "pet-managers"


def test_several_entities_of_one_file_have_a_place_each() -> None:
    text = component(more="  system: store\n") + "---\n" + "kind: System\nmetadata: {name: store}\nspec: {owner: ops}\n"
    found = read(text).components
    assert [(one.kind, one.owner, one.system, one.place) for one in found] == [
        ("Component", "web", "store", "live/catalog-info.yaml:1"),
        ("System", "ops", "store", "live/catalog-info.yaml:11"),
    ]


def test_a_component_comes_before_the_system_of_its_folder_and_the_closest_before_all() -> None:
    found = read("kind: System\nmetadata: {name: store}\nspec: {owner: ops}\n---\n" + component())
    near = read(component("near"), "live/a/catalog-info.yaml")
    both = Catalogue((*found.components, *near.components), ())
    assert [claim.name for claim in both.owners(Whose("live/x.tf"))] == ["web"]
    assert [claim.name for claim in both.owners(Whose("live/a/x.tf"))] == ["near"]
    assert both.owners(Whose("other/x.tf")) == []


HERE = Here("acme/mono", frozenset({"", "services", "services/shop", "live"}))
LINK = "backstage.io/source-location: url:https://github.com/"


@pytest.mark.parametrize(
    ("annotation", "folder"),
    [
        ("", "live"),
        ("backstage.io/source-location: 'dir:../services/shop'", "services/shop"),
        ("backstage.io/source-location: 'dir:.'", "live"),
        ("backstage.io/source-location: 'dir:../../x'", None),
        (f"{LINK}acme/mono/tree/main/services/shop/", "services/shop"),
        (f"{LINK}acme/mono/tree/feature/x/services/shop/", "services/shop"),
        (f"{LINK}acme/mono/tree/main/gone/", None),
        (f"{LINK}other/mono/tree/main/services/shop/", None),
        (f"{LINK}acme/mono", ""),
        (f"{LINK}acme/other", None),
        ("backstage.io/source-location: url:https://gitlab.com/acme/mono/-/tree/main/services/shop/", "services/shop"),
        ("backstage.io/managed-by-location: url:https://github.com/acme/mono/blob/main/services/shop/c.yaml",
         "services/shop"),
    ],
)  # fmt: skip
def test_an_annotation_says_where_the_source_is(annotation: str, folder: str | None) -> None:
    (one,) = read(component(annotation=annotation), here=HERE).components
    assert one.folder == folder


def test_locations_lead_to_files_of_the_repository() -> None:
    text = """
        kind: Location
        metadata: {name: all}
        spec:
          target: ./a.yaml
          targets: [../teams/*.yaml, https://example.com/b.yaml, /etc/passwd, ../../../out.yaml]
        """
    assert read(text).targets == ("live/a.yaml", "teams/*.yaml")


def test_groups_and_users_know_their_members() -> None:
    text = """
        kind: Group
        metadata: {name: search, annotations: {github.com/team-slug: acme/search-team}}
        spec: {type: team, members: [ann], profile: {email: search@example.com}}
        ---
        kind: User
        metadata: {name: bob}
        spec: {memberOf: [group:default/search]}
        """
    found = catalogue(text)
    assert found.members("search") == found.members("@acme/search-team") == ("ann", "bob")
    assert found.party("@bob") is not None
    assert found.party("nobody") is None


def test_a_resource_entity_owns_the_resource_of_its_name_and_depending_components_are_less_sure() -> None:
    text = component("web", "  dependsOn: [resource:default/orders-db, resource:cache]\n")
    text += "---\nkind: Resource\nmetadata: {name: orders-db}\nspec: {type: database, owner: dba}\n"
    found = catalogue(text, "catalog-info.yaml")
    database = Whose("infra/db.tf", resource="aws_db_instance.a", names=("orders-db",))
    cache = Whose("infra/db.tf", resource="aws_elasticache_cluster.cache")
    assert [tuple(claim)[::2] for claim in found.owners(database)] == [("dba", "high")]
    assert [tuple(claim)[::2] for claim in found.owners(cache)] == [("web", "medium")]


def test_what_is_no_entity_of_backstage_is_passed_over() -> None:
    assert read("apiVersion: apps/v1\nkind: Component\nmetadata: {name: x}\n").components == ()
    assert read("- a\n---\n7\n---\nkind: [Component]\n").components == ()


def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    (problem,) = read("a: [b\n").problems
    assert "the catalogue cannot be read" in problem.what


@settings(max_examples=60)
@given(st.text())
def test_no_file_is_too_strange(text: str) -> None:
    found = read(text)
    Catalogue(found.components, found.parties).owners(Whose("a/b.tf"))
