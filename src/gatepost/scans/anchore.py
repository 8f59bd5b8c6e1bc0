"""Anchore: vulnerabilities of the engine, of Enterprise and of anchorectl, and policy evaluations; never Grype's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, text
from gatepost.scans.spellings import cvss_of, versions

NAME = "anchore"
WRITTEN_BY = "`anchore-cli --json image vuln`, `anchorectl image vulnerabilities -o json`, policy evaluations of both"
UNIT = "one vulnerability of one package; one trigger of a policy's gate"
EMPTY_LIST_IS_CLEAN = True
# What a gate does stands for how serious its trigger is.
_ACTIONS: Mapping[str, Severity] = {"stop": "high", "warn": "medium", "go": "info"}


class _Trigger(NamedTuple):
    gate: str
    trigger: str
    said: str
    action: str
    tag: str
    digest: str
    allowed: bool
    identity: str


def _vulnerabilities(opened: Opened) -> list[Any]:
    data = opened.data
    if is_list(data):
        return [row for row in listed(data) if "vuln" in mapping(row)]
    found = mapping(data)
    return listed(found.get("vulnerabilities")) or listed(found.get("securityEvaluation"))


def recognises(opened: Opened) -> bool:
    """Whether rows have Anchore's names for a vulnerability, or this is an evaluation of a policy."""
    data = mapping(opened.data)
    first = mapping(next(iter(_vulnerabilities(opened)), None))
    if "vuln" in first and ("package_type" in first or "packageType" in first):
        return True
    if "securityEvaluation" in data or ("vulnerabilities" in data and "vulnerability_type" in data):
        return True
    return "evaluatedTag" in data or _is_policy(mapping(next(iter(listed(opened.data)), None)))


def _is_policy(row: Mapping[str, Any]) -> bool:
    if "finalAction" in row and "detail" in row:
        return True
    digest = next(iter(row), "")
    return digest.startswith("sha256:") and isinstance(row.get(digest), dict)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerable packages and triggers of gates; those on an allowlist are marked."""
    data = mapping(opened.data)
    about = mapping(data.get("metadata"))
    called = f"{name(about.get('repository'))}:{name(about.get('tag'))}" if about.get("repository") else ""
    digest = name(data.get("imageDigest")) or name(about.get("imageDigest"))
    artifact = Artifact(called or digest, "image", (digest,) if digest else ())
    yield from reading.each(map(mapping, _vulnerabilities(opened)), partial(_vulnerability, reading, artifact))
    triggers = list(_triggers(opened))
    if _failed(opened) and not triggers:
        yield reading.problem("the policy was evaluated as failed, but the report does not say by what")
    yield from reading.each(triggers, partial(_trigger, reading))


def _failed(opened: Opened) -> bool:
    """Whether an evaluation of a policy says that it failed."""
    data = mapping(opened.data)
    rows = [mapping(one) for one in (listed(opened.data) or listed(data.get("evaluations")))]
    for row in [*rows]:
        for digest in row:
            tags = mapping(row[digest]) if digest.startswith("sha256:") else mapping(None)
            rows += [mapping(one) for tag in tags for one in listed(tags[tag])]
    return any(name(row.get("status")).lower() == "fail" for row in rows if "vuln" not in row)


def _vulnerability(reading: Reading, artifact: Artifact, row: Mapping[str, Any]) -> Finding:
    def said(*keys: str) -> str:
        found = next((name(row[key]) for key in keys if row.get(key)), "")
        return "" if found == "None" else found

    path = said("package_path", "packagePath", "path")
    package, version = said("package_name", "packageName"), said("package_version", "packageVersion")
    if not package:
        package, _, version = said("package").rpartition("-")
    group = said("feed_group", "feedGroup")
    kind = said("package_type", "packageType")
    figures = [mapping(one) for key in ("nvd_data", "nvdData") for one in listed(row.get(key))]
    never: dict[str, Any] = (
        {"no_fix": "those who maintain the package will not mend it"} if row.get("will_not_fix") is True else {}
    )
    return reading.vulnerability(
        NAME,
        said("vuln", "vulnerabilityId"),
        reading.placing.artifact(artifact.name),
        package_of(
            package,
            version,
            versions(said("fix", "fixAvailable")),
            ecosystem={"dpkg": "deb", "apkg": "apk"}.get(kind, kind),
        ),
        aliases=said("cves").split(","),
        message=text(row.get("description")) or text(row.get("extra_description")),
        severity_said=said("severity"),
        scores=[
            *(cvss_of(mapping(one.get("cvss_v3")).get("base_score"), "", "3.0", "nvd") for one in figures),
            cvss_of(row.get("nvdCvssBaseScore"), "", "", "nvd"),
        ],
        references=addresses([row.get("url"), row.get("link")]),
        published=day(row.get("publishedAt")),
        artifact=artifact._replace(os=group.replace(":", " "), path=path) if artifact.name else None,
        content=path,
        **never,
    )


def _triggers(opened: Opened) -> Iterator[_Trigger]:
    data = mapping(opened.data)
    evaluations = [
        (mapping(one), name(data.get("evaluatedTag")), name(data.get("imageDigest")))
        for one in listed(data.get("evaluations"))
    ]
    for row in map(mapping, listed(opened.data)):
        if "detail" in row:
            evaluations.append((row, name(row.get("tag")), name(row.get("digest"))))
        else:
            yield from _rows(row)
    for evaluation, tag, digest in evaluations:
        for one in map(mapping, listed(evaluation.get("details")) or listed(evaluation.get("detail"))):
            yield _Trigger(
                name(one.get("gate")),
                name(one.get("triggerName")) or name(one.get("trigger")),
                text(one.get("description")) or text(one.get("message")),
                name(one.get("status")) or name(one.get("action")),
                name(one.get("tag")) or tag,
                digest,
                bool(one.get("allowlisted") or one.get("whitelisted")),
                name(one.get("triggerId")),
            )


def _rows(row: Mapping[str, Any]) -> Iterator[_Trigger]:
    """Yield the triggers of an evaluation as the engine writes it: by digest, by tag, then a table."""
    for digest in row:
        if not digest.startswith("sha256:"):
            continue
        tags = mapping(row[digest])
        for tag in tags:
            for evaluation in map(mapping, listed(tags[tag])):
                results = mapping(mapping(mapping(evaluation.get("detail")).get("result")).get("result"))
                for image in results:
                    table = mapping(mapping(results[image]).get("result"))
                    names = [name(one) for one in listed(table.get("header"))]
                    for cells in map(listed, listed(table.get("rows"))):
                        cell = dict(zip(names, cells, strict=False))
                        yield _Trigger(
                            name(cell.get("Gate")),
                            name(cell.get("Trigger")),
                            text(cell.get("Check_Output")),
                            name(cell.get("Gate_Action")),
                            tag,
                            digest,
                            bool(cell.get("Whitelisted")),
                            name(cell.get("Trigger_Id")),
                        )


def _trigger(reading: Reading, row: _Trigger) -> Finding:
    called = row.tag or row.digest
    allowed = (Suppression("external", NAME, "allowlisted"),) if row.allowed else ()
    return reading.finding(
        NAME,
        f"{row.gate}/{row.trigger}" if row.gate else "",
        reading.placing.artifact(called),
        title=row.said or f"{row.gate}: {row.trigger}",
        message=row.said,
        severity=_ACTIONS.get(row.action.lower(), "unknown"),
        severity_said=row.action,
        category="misconfiguration",
        subject="resource",
        suppressions=allowed,
        artifact=Artifact(called, "image", (row.digest,) if row.digest else ()),
        content=row.identity,
    )
