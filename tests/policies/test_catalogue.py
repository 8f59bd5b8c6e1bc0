"""Laws of the shipped catalogue: cases for every dialect, ids as paths, places that the providers know."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from gatepost.fixes.proving import with_fix
from gatepost.model.findings import SEVERITIES
from gatepost.model.policy import RuleChoice
from gatepost.reports.standards import frameworks
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files, rule_id, yaml_below
from gatepost.rules.judge import judge
from gatepost.testing.cases import MARKS, TODAY, strip_marks
from gatepost.testing.documents import read_document, texts_of
from tests.policies.language import WORDS, used

POLICIES = Path(__file__).parent.parent.parent / "policies"
SCHEMAS = Path(__file__).parent / "schemas"

# What only older provider versions have, and the schemas leave out: whole types, and paths with all that is below.
OLDER = {
    ("azurerm_mariadb_firewall_rule",),
    ("azurerm_mariadb_server",),
    ("azurerm_mysql_firewall_rule",),
    ("azurerm_mysql_server",),
    ("azurerm_sql_firewall_rule",),
    ("azurerm_sql_server",),
    ("azurerm_redis_cache", "enable_non_ssl_port"),
    ("azurerm_redis_cache", "redis_configuration", "enable_authentication"),
    ("azurerm_kubernetes_cluster", "automatic_channel_upgrade"),
    ("azurerm_kubernetes_cluster", "node_os_channel_upgrade"),
    ("azurerm_kubernetes_cluster", "default_node_pool", "enable_node_public_ip"),
    ("azurerm_kubernetes_cluster", "default_node_pool", "enable_host_encryption"),
    ("azurerm_kubernetes_cluster_node_pool", "enable_node_public_ip"),
    ("azurerm_kubernetes_cluster_node_pool", "enable_host_encryption"),
    ("azurerm_kubernetes_cluster", "api_server_authorized_ip_ranges"),
    ("azurerm_kubernetes_cluster", "role_based_access_control"),
    ("azurerm_kubernetes_cluster", "addon_profile"),
    ("azurerm_storage_account", "allow_blob_public_access"),
    ("azurerm_storage_account", "enable_https_traffic_only"),
    ("aws_redshift_cluster", "logging"),
    ("aws_secretsmanager_secret", "rotation_lambda_arn"),
    ("azurerm_storage_account_network_rules", "storage_account_name"),
    ("google_container_cluster", "master_auth", "password"),
    ("google_container_cluster", "workload_identity_config", "identity_namespace"),
    ("google_sql_database_instance", "settings", "ip_configuration", "require_ssl"),
}


@cache
def catalogue():
    return load(*policy_files(str(POLICIES)))


@cache
def schema(dialect):
    return json.loads(gzip.open(SCHEMAS / f"{dialect}.json.gz").read())


def marks(text):
    return {MARKS[line.strip()] for line in str(text).splitlines() if line.strip() in MARKS}


DIALECT_KEYS = {
    "terraform": ("terraform", "terraform_json", "files"),
    "cloudformation": ("cloudformation",),
    "dockerfile": ("dockerfile",),
}


@pytest.mark.parametrize("id", catalogue().ids())
def test_a_rule_has_its_cases_in_every_dialect_it_speaks(id):
    rule = catalogue().rule(id)
    cases = rule.plain.get("cases", ())
    for dialect in rule.types():
        mine = [case for case in cases if any(key in case for key in DIALECT_KEYS[dialect])]
        seen = [set().union(*(marks(case[key]) for key in DIALECT_KEYS[dialect] if key in case)) for case in mine]
        assert any("finding" in found for found in seen), f"no finding case for {dialect}"
        assert any(not found for found in seen), f"no silent case for {dialect}"
        if rule.fix is not None:
            assert any("fixed" in case or "no_fix" in case for case in mine), f"no fixed case for {dialect}"


@pytest.mark.parametrize("id", catalogue().ids())
def test_a_rule_says_what_it_is_about(id):
    rule = catalogue().rule(id)
    assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)+", id)
    assert not rule.title.endswith(".")
    assert "\n" not in rule.title.strip()
    assert len(rule.title) <= 100
    assert rule.why.endswith(".")
    assert (rule.fix is None) == ("no_fix" in rule.plain)
    assert rule.standards or rule.category == "reliability"  # no standard asks for small images
    for name in rule.also_known_as:
        assert re.fullmatch(r"[a-z_-]+/[\w.:-]+", name), name
    if rule.fix is not None and rule.fix["safety"] == "unsafe":
        assert rule.fix.get("why"), "why the fix is not safe"


def test_the_id_of_a_rule_is_its_path():
    assert list(catalogue().ids()) == sorted(rule_id(path) for path in yaml_below(str(POLICIES / "rules")))


def test_the_name_of_a_concept_is_found_below_the_folder_of_its_provider():
    for concept in catalogue().concepts():
        assert (POLICIES / "resources" / concept.name.split(".")[0]).is_dir(), concept.name


def test_what_is_undecided_is_left_to_rules_that_there_are():
    left = [(rule, owner) for rule in catalogue().rules() for owner in rule.plain.get("leaves_undecided_to", ())]
    assert left and {owner for _, owner in left} <= set(catalogue().ids())
    for rule, owner in left:
        assert SEVERITIES.index(catalogue().rule(owner).severity) <= SEVERITIES.index(rule.severity), rule.id


def test_no_two_rules_of_a_provider_have_the_same_title():
    titles = Counter((rule.id.partition("/")[0], rule.title) for rule in catalogue().rules())
    assert [title for title, count in titles.items() if count > 1] == []


# One rule of theirs is two or more of ours: rules of theirs that look at several things at once.
SHARED = {
    "hadolint/DL3009": "it tells of the update, whether packages follow it or not",
    "hadolint/DL3025": "CMD and ENTRYPOINT are two rules here: they are mended in different ways",
    "hadolint/DL3002": "a user that was changed back, and one that was never set",
    "trivy/DS002": "a user that was changed back, and one that was never set",
    "trivy/DS-0002": "a user that was changed back, and one that was never set",
    "checkov/CKV_DOCKER_3": "whether the base image sets a user is not known to it",
    "trivy/DS031": "build arguments and the environment are two rules here",
    "trivy/DS-0031": "build arguments and the environment are two rules here",
}


def test_no_two_rules_claim_the_same_rule_of_another_tool_without_a_reason():
    claims = {}
    for rule in catalogue().rules():
        assert len(set(rule.also_known_as)) == len(rule.also_known_as), rule.id
        for name in rule.also_known_as:
            claims.setdefault(name, []).append(rule.id)
    shared = {name: ids for name, ids in claims.items() if len(ids) > 1}
    assert {name: ids for name, ids in shared.items() if name not in SHARED} == {}
    assert SHARED.keys() <= shared.keys(), "a reason that is not needed any more"


CATEGORIES = {
    "access", "availability", "data", "encryption", "hardening", "identity", "logging", "network", "reliability",
    "secret", "supply chain", "workload",
}  # fmt: skip
CLAUSES = {
    "cwe": r"[1-9]\d{0,3}",
    "nist_csf_2": r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d",
    "nist_800_53": r"[A-Z]{2}-\d{1,2}(\(\d+\))?",
    "iso_27001_2022": r"A\.[5-8]\.\d{1,2}",
    "aws_fsbp": r"[A-Z][A-Za-z0-9]+\.[1-9]\d{0,2}",
}
CIS = r"cis_(aws|azure|gcp|docker|kubernetes|eks|gke|aks)_\d+_\d+"


@pytest.mark.parametrize("id", catalogue().ids())
def test_the_standards_of_a_rule_are_written_as_they_number_them(id):
    for name, clauses in catalogue().rule(id).standards.items():
        assert name in CLAUSES or re.fullmatch(CIS, name), name
        for clause in clauses:
            assert re.fullmatch(CLAUSES.get(name, r"\d+(\.\d+){1,3}"), clause), f"{name}: {clause}"


def test_a_clause_is_one_that_the_standard_has_where_its_whole_list_is_kept():
    whole = [one for one in frameworks() if one.whole]
    assert {one.key for one in whole} >= {"cis_aws_3_0"}
    for framework in whole:
        named = {clause for rule in catalogue().rules() for clause in rule.standards.get(framework.key, ())}
        assert named <= framework.controls.keys(), framework.name


def test_what_no_file_can_show_is_named_by_no_rule():
    for framework in frameworks():
        named = {clause for rule in catalogue().rules() for clause in rule.standards.get(framework.key, ())}
        assert framework.aside.keys() <= framework.controls.keys(), framework.name
        assert not named & framework.aside.keys(), framework.name


def test_categories_are_a_short_list():
    assert {rule.category for rule in catalogue().rules()} <= CATEGORIES


def test_there_are_at_least_eighty_rules_and_twenty_five_for_dockerfiles():
    ids = catalogue().ids()
    assert len(ids) >= 80
    assert sum(id.startswith("docker/") for id in ids) >= 25


# -- fixes ------------------------------------------------------------------------------------------------------------


def fixed_cases():
    for rule in catalogue().rules():
        for case in rule.plain.get("cases", ()):
            if "fixed" in case:
                yield pytest.param(rule.id, case, id=f"{rule.id}: {case['name']}")


@pytest.mark.parametrize(("id", "case"), list(fixed_cases()))
def test_a_fix_that_a_case_shows_is_proved_and_as_safe_as_it_says(id, case):
    texts = {path: strip_marks(text)[0] for path, text in texts_of(case).items()}
    settings = dict(case.get("settings", {}))
    today = str(settings.pop("today", TODAY))
    judged = judge(read_document(texts), catalogue(), {id: RuleChoice(id, settings=settings)}, today, frozenset([id]))
    first = judged.violated()[0]
    finding = with_fix(judged.world.document, judged, first)
    assert finding.fixes, finding.no_fix
    assert finding.fixes[0].proof == "proved"
    if catalogue().rule(id).fix["safety"] == "unsafe":
        assert finding.fixes[0].safety == "unsafe"


@pytest.mark.parametrize("id", [rule.id for rule in catalogue().rules() if rule.fix is not None])
def test_a_fix_that_replaces_the_resource_is_not_safe(id):
    rule = catalogue().rule(id)
    written = [*rule.fix.get("set", {}), *rule.fix.get("add", {})]
    concept = rule.applies.concept
    for entry in concept.entries if concept is not None else ():
        places = [entry.kind.attributes[name] for name in written if name in entry.kind.attributes]
        if any(place.replaces() for place in places):
            assert rule.fix["safety"] == "unsafe"


# -- the language -----------------------------------------------------------------------------------------------------

# What no shipped rule has a use for, and why.
NOT_USED = {
    "order of severity": "only findings have a severity: the policy orders them",
    "order of days": "only findings have an age: the policy orders them",
}


def test_everything_in_the_rule_language_is_used_by_a_shipped_rule_or_resource_file():
    found = used(catalogue())
    assert [word for word in WORDS if word not in found and word not in NOT_USED] == []
    assert [word for word in NOT_USED if word in found] == []


def test_no_word_is_used_that_the_list_of_the_language_does_not_know():
    assert [word for word in used(catalogue()) if word not in WORDS] == []


# -- places -----------------------------------------------------------------------------------------------------------


def paths_in(plain, type, prefix):
    """Yield (type, steps) for every path of a place."""
    if isinstance(plain, str):
        plain = {"path": plain}
    if "in" in plain:
        type, prefix = plain["in"], ()
        yield type, steps(plain["joined_by"])
    yield from simple_paths(plain, type, prefix)
    for name in ("first", "together"):
        for part in plain.get(name, ()):
            yield from paths_in(part, type, prefix)
    read = "as" in plain
    if "each" in plain:
        each = (*prefix, *steps(plain["each"]))
        if not read:
            for inner in plain.get("attributes", {}).values():
                yield from paths_in(inner, type, each)
    elif "in" in plain and not read:
        for inner in plain.get("attributes", {}).values():
            yield from paths_in(inner, type, ())


def simple_paths(plain, type, prefix):
    for name in ("path", "each", "entries"):
        if name in plain:
            found = str(plain[name])
            if not found.startswith("$.") and found != ".":
                yield type, (*prefix, *steps(found))
    if plain.get("key"):
        for name in ("key", "value"):
            yield type, (*prefix, *steps(plain["entries"]), plain[name])
    for name in ("range", "networks"):
        for path in plain.get(name, {}).values():
            yield type, (*prefix, *steps(path))


def steps(text):
    return tuple(part for part in str(text).replace("[]", "").split(".") if not part.isdigit())


def places():
    for concept in catalogue().concepts():
        for entry in concept.plain["found_in"]:
            dialect = next(name for name in ("terraform", "cloudformation", "dockerfile") if name in entry)
            prefix = steps(entry["under"]) if "under" in entry else ()
            prefix += steps(entry["each"]) if "each" in entry else ()
            for name, place in entry["attributes"].items():
                for type, path in paths_in(place, entry[dialect], prefix):
                    yield pytest.param(dialect, type, path, id=f"{concept.name} {name}: {type} {'.'.join(path)}")


def terraform_knows(type, path):
    items = schema("terraform")[type]["a"]
    above = items
    for position, step in enumerate(path):
        if not isinstance(items, dict) or step not in items:
            return position == 0 and step in ("id", "arn")
        item = items[step]
        inner = item.get("n")
        if inner is None:
            return position == len(path) - 1 or item["t"].startswith(("map", "any"))
        above, items = items, above if inner == "same" else inner
    return True


def cloudformation_knows(type, path):
    resource = schema("cloudformation")[type]
    node = {"p": resource["props"]}
    for step in path:
        while node is not None and ("ref" in node or "items" in node):
            node = resource["defs"].get(node["ref"]) if "ref" in node else node["items"]
        if node is None or "map" in node or ("p" not in node and node.get("t") in ("object", None)):
            return True
        if step not in node.get("p", {}):
            return False
        node = node["p"][step]
    return True


@pytest.mark.parametrize(("dialect", "type", "path"), list(places()))
def test_a_place_is_one_the_provider_knows(dialect, type, path):
    named = (type, *path)
    if dialect == "dockerfile" or any(named[:length] in OLDER for length in range(1, len(named) + 1)):
        return
    assert type in schema(dialect), "run tests/policies/snapshot_schemas.py for new types"
    knows = terraform_knows if dialect == "terraform" else cloudformation_knows
    assert knows(type, path), f"{type} has no {'.'.join(path)}"
