"""Every kind of file of dependencies: what it declares, what it locks, and where each version stands."""

from __future__ import annotations

from textwrap import dedent

import pytest

from gatepost.languages.manifests import Manifest, read_manifest
from gatepost.model.places import Source


def manifest(path: str, text: str) -> Manifest:
    found = read_manifest(Source(path, dedent(text), ""))
    assert found is not None
    return found


def declared(found: Manifest) -> list[tuple[str, str, str]]:
    for one in found.declared:
        assert one.span.text == one.requirement or one.why_fixed, one
        assert one.entry.start <= one.entry.end
    return [(one.name, one.requirement, one.kind) for one in found.declared]


def locked(found: Manifest) -> list[tuple[str, str]]:
    for one in found.locked:
        assert one.span.text.startswith(one.version), one
    return [(one.name, one.version) for one in found.locked]


def needs(found: Manifest) -> dict[str, list[str]]:
    names = {one.key: one.name for one in found.locked}
    return {one.name: [names[need.key] for need in one.needs] for one in found.locked if one.needs}


def test_package_json_has_sections_aliases_and_overrides():
    found = manifest(
        "package.json",
        """
        {"dependencies": {"a": "^1.0.0", "b": "npm:@x/c@2.0.0", "d": "git+https://e"},
         "devDependencies": {"e": "~3.0.0"},
         "overrides": {"f": "1.0.0", "g": {"h": "2.0.0", ".": "1.1.0"}, "i": "$a"},
         "resolutions": {"**/@j/k": "1.0.0"},
         "pnpm": {"overrides": {"l>m@1": "1.2.0"}}}
        """,
    )
    assert declared(found) == [
        ("a", "^1.0.0", "direct"),
        ("@x/c", "2.0.0", "direct"),
        ("d", "git+https://e", "direct"),
        ("e", "~3.0.0", "dev"),
        ("f", "1.0.0", "override"),
        ("h", "2.0.0", "override"),
        (".", "1.1.0", "override"),
        ("@j/k", "1.0.0", "override"),
        ("m", "1.2.0", "override"),
    ]
    assert [one.why_fixed != "" for one in found.declared][:4] == [False, False, True, False]


@pytest.mark.parametrize("version", [2, 3])
def test_package_lock_resolves_like_node_does(version: int):
    found = manifest(
        "package-lock.json",
        f"""
        {{"lockfileVersion": {version}, "packages": {{
          "": {{"dependencies": {{"a": "^1.0.0", "w": "*"}}}},
          "packages/w": {{"name": "w", "version": "0.1.0", "dependencies": {{"b": "^2.0.0"}}}},
          "node_modules/w": {{"resolved": "packages/w", "link": true}},
          "node_modules/a": {{"version": "1.0.0", "dependencies": {{"b": "^1.0.0", "@s/c": "*"}}}},
          "node_modules/a/node_modules/b": {{"version": "1.5.0"}},
          "node_modules/@s/c": {{"version": "3.0.0", "dependencies": {{"b": "^2"}}}},
          "node_modules/b": {{"version": "2.0.0"}}}}}}
        """,
    )
    assert locked(found) == [("a", "1.0.0"), ("b", "1.5.0"), ("@s/c", "3.0.0"), ("b", "2.0.0")]
    by_key = {one.key: [need.key for need in one.needs] for one in found.locked}
    assert by_key["node_modules/a"] == ["node_modules/a/node_modules/b", "node_modules/@s/c"]
    assert by_key["node_modules/@s/c"] == ["node_modules/b"]
    assert [(one.folder, [need.key for need in one.needs]) for one in found.projects] == [
        ("", ["node_modules/a", "packages/w"]),
        ("packages/w", ["node_modules/b"]),
    ]


def test_package_lock_of_version_1_is_nested():
    found = manifest(
        "npm-shrinkwrap.json",
        """
        {"lockfileVersion": 1, "dependencies": {
          "a": {"version": "1.0.0", "requires": {"b": "^1"}, "dependencies": {"b": {"version": "1.5.0"}}},
          "b": {"version": "2.0.0"}}}
        """,
    )
    assert sorted(locked(found)) == [("a", "1.0.0"), ("b", "1.5.0"), ("b", "2.0.0")]
    assert next(one for one in found.locked if one.name == "a").needs[0].key == "node_modules/a/node_modules/b"


def test_yarn_lock_of_yarn_1():
    found = manifest(
        "yarn.lock",
        """
        # yarn lockfile v1


        "@s/a@^1.0.0", "@s/a@~1.0.1":
          version "1.0.2"
          resolved "https://registry.yarnpkg.com/a"
          dependencies:
            b "^2.0.0"
            "@s/c" "1"

        b@^2.0.0:
          version "2.1.0"

        "@s/c@1", "d@npm:@s/c@1":
          version "1.0.0"
        """,
    )
    assert found.format == "yarn.lock v1"
    assert locked(found) == [("@s/a", "1.0.2"), ("b", "2.1.0"), ("@s/c", "1.0.0")]
    assert needs(found) == {"@s/a": ["b", "@s/c"]}


def test_yarn_lock_of_yarn_2_and_later():
    found = manifest(
        "yarn.lock",
        """
        __metadata:
          version: 6

        "a@npm:^1.0.0":
          version: 1.2.0
          resolution: "a@npm:1.2.0"
          dependencies:
            b: ^2.0.0
          languageName: node

        "b@npm:^2.0.0":
          version: 2.1.0
          resolution: "b@npm:2.1.0"

        "root@workspace:.":
          version: 0.0.0-use.local
          resolution: "root@workspace:."
          dependencies:
            a: ^1.0.0
        """,
    )
    assert found.format == "yarn.lock"
    assert locked(found) == [("a", "1.2.0"), ("b", "2.1.0")]
    assert needs(found) == {"a": ["b"]}
    assert [(one.folder, len(one.needs)) for one in found.projects] == [("", 1)]


PNPM_9 = """
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.2.0(b@2.1.0)
  packages/w:
    devDependencies:
      '@s/c': {specifier: '1', version: 1.0.0}
packages:
  a@1.2.0:
    resolution: {integrity: x}
  b@2.1.0:
    resolution: {integrity: y}
  '@s/c@1.0.0':
    resolution: {integrity: z}
snapshots:
  a@1.2.0(b@2.1.0):
    dependencies:
      b: 2.1.0
  b@2.1.0: {}
  '@s/c@1.0.0': {}
"""
PNPM_5 = """
lockfileVersion: 5.4
specifiers:
  a: ^1.0.0
dependencies:
  a: 1.2.0_b@2.1.0
packages:
  /a/1.2.0_b@2.1.0:
    resolution: {integrity: x}
    dependencies:
      b: 2.1.0
      '@s/c': 1.0.0
  /b/2.1.0:
    resolution: {integrity: y}
  /@s/c/1.0.0:
    resolution: {integrity: z}
"""
PNPM_6 = """
lockfileVersion: '6.0'
dependencies:
  a:
    specifier: ^1.0.0
    version: 1.2.0(b@2.1.0)
packages:
  /a@1.2.0(b@2.1.0):
    dependencies:
      b: 2.1.0
      '@s/c': 1.0.0
  /b@2.1.0: {}
  /@s/c@1.0.0: {}
"""


@pytest.mark.parametrize("text", [PNPM_9, PNPM_6, PNPM_5])
def test_pnpm_lock_in_all_versions(text: str):
    found = manifest("pnpm-lock.yaml", text)
    assert locked(found) == [("a", "1.2.0"), ("b", "2.1.0"), ("@s/c", "1.0.0")]
    assert needs(found)["a"][0] == "b"
    assert found.projects[0].needs[0].key == found.locked[0].key


def test_requirements_with_markers_hashes_includes_and_comments():
    found = manifest(
        "requirements-dev.txt",
        """
        # comment
        Django==3.2.1  # why
        requests[security] >= 2.1,<3 ; python_version<"3"
        flask
        a==1 \\
           --hash=sha256:aaa
        -r base.txt
        --constraint=c.txt
        x @ https://foo/x.whl
        git+https://foo
        """,
    )
    assert declared(found) == [
        ("Django", "==3.2.1", "direct"),
        ("requests", ">= 2.1,<3", "direct"),
        ("flask", "", "direct"),
        ("a", "==1", "direct"),
        ("x", "", "direct"),
    ]
    assert found.includes == ("base.txt", "c.txt")
    assert found.declared[3].why_fixed == "its hash has to be renewed too"


def test_a_compiled_file_of_requirements_is_sealed():
    text = "#\n# This file is autogenerated by pip-compile\n#\na==1\n    # via b\n"
    assert manifest("requirements.txt", text).sealed == "pip-compile writes this file"


def test_pyproject_of_every_manner():
    found = manifest(
        "pyproject.toml",
        """
        [project]
        dependencies = ["a>=1", 'b [x] ==2.0 ; python_version > "3"', "c"]
        [project.optional-dependencies]
        o = ["d~=1.0"]
        [dependency-groups]
        dev = ["e==1", {include-group = "x"}]
        [tool.poetry.dependencies]
        python = "^3.9"
        f = "^1.2"
        g = { version = "~2.0", extras = ["x"] }
        h = { git = "https://i" }
        [tool.poetry.group.test.dependencies]
        j = "1.0"
        [tool.uv]
        override-dependencies = ["k==1"]
        """,
    )
    assert declared(found) == [
        ("a", ">=1", "direct"),
        ("b", "==2.0", "direct"),
        ("c", "", "direct"),
        ("d", "~=1.0", "optional"),
        ("e", "==1", "dev"),
        ("k", "==1", "override"),
        ("f", "^1.2", "direct"),
        ("g", "~2.0", "direct"),
        ("h", "", "direct"),
        ("j", "1.0", "dev"),
    ]


def test_poetry_lock():
    found = manifest(
        "poetry.lock",
        """
        [[package]]
        name = "Flask"
        version = "2.0.1"
        [package.dependencies]
        werkzeug = ">=2.0"
        [[package]]
        name = "Werkzeug"
        version = "2.0.0"
        """,
    )
    assert locked(found) == [("Flask", "2.0.1"), ("Werkzeug", "2.0.0")]
    assert needs(found) == {"Flask": ["Werkzeug"]}


def test_uv_lock():
    found = manifest(
        "uv.lock",
        """
        version = 1
        [[package]]
        name = "app"
        version = "0.1.0"
        source = { editable = "." }
        dependencies = [{ name = "flask" }]
        [[package]]
        name = "flask"
        version = "2.0.1"
        source = { registry = "https://packages.example.com/simple" }
        dependencies = [{ name = "werkzeug" }]
        [[package]]
        name = "werkzeug"
        version = "2.0.0"
        source = { registry = "https://packages.example.com/simple" }
        """,
    )
    assert locked(found) == [("flask", "2.0.1"), ("werkzeug", "2.0.0")]
    assert [need.key for need in found.projects[0].needs] == [found.locked[0].key]


def test_pipfile_and_its_lock():
    found = manifest(
        "Pipfile", '[packages]\na = "==1.0"\nb = {version = "*", extras = ["x"]}\n[dev-packages]\nc = "*"\n'
    )
    assert declared(found) == [("a", "==1.0", "direct"), ("b", "*", "direct"), ("c", "*", "dev")]
    found = manifest("Pipfile.lock", '{"_meta": {}, "default": {"a": {"version": "==1.0"}}, "develop": {}}')
    assert locked(found) == [("a", "1.0")]


def test_go_mod_with_blocks_indirect_and_replace():
    found = manifest(
        "go.mod",
        """
        module example.com/m
        go 1.21
        require example.com/a v1.2.3
        require (
            example.com/b v0.1.0 // indirect
            example.com/c/v2 v2.0.0
        )
        replace example.com/a => example.com/a v1.2.4
        replace example.com/d => ../d
        """,
    )
    assert declared(found) == [
        ("example.com/a", "v1.2.3", "direct"),
        ("example.com/b", "v0.1.0", "indirect"),
        ("example.com/c/v2", "v2.0.0", "direct"),
        ("example.com/a", "v1.2.4", "override"),
        ("example.com/d", "", "override"),
    ]


POM = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>p</groupId><artifactId>q</artifactId><version>1</version></parent>
  <properties><é>x</é><log.version>2.14.0</log.version></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>m</groupId><artifactId>n</artifactId><version> 1.0 </version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.log</groupId><artifactId>core</artifactId><version>${log.version}</version></dependency>
    <dependency><groupId>m</groupId><artifactId>n</artifactId></dependency>
    <dependency><groupId>t</groupId><artifactId>u</artifactId><version>${gone}</version><scope>test</scope></dependency>
  </dependencies>
</project>
"""


def test_pom_xml_follows_properties():
    found = manifest("pom.xml", POM)
    assert declared(found) == [
        ("org.log:core", "2.14.0", "direct"),
        ("m:n", "", "direct"),
        ("t:u", "${gone}", "dev"),
        ("m:n", "1.0", "managed"),
        ("p:q", "1", "managed"),
    ]
    assert found.declared[0].span.region.start_line == 4
    assert found.declared[2].why_fixed == "the property gone is set elsewhere"


def test_xml_with_a_document_type_is_refused():
    assert "document type" in manifest("pom.xml", '<!DOCTYPE project [<!ENTITY a "b">]><project>&a;</project>').unread


def test_gradle_in_both_languages():
    found = manifest(
        "build.gradle",
        """
        def jackson = '2.9.0'
        plugins { id 'org.x' version '1.0' }
        dependencies {
            // implementation 'no:no:1'
            implementation 'a:b:1.0'
            testImplementation "c:d:${jackson}"
            api group: 'e', name: 'f', version: '2.0'
            implementation "g:h:$elsewhere"
        }
        """,
    )
    assert declared(found) == [
        ("a:b", "1.0", "direct"),
        ("c:d", "2.9.0", "dev"),
        ("g:h", "$elsewhere", "direct"),
        ("e:f", "2.0", "direct"),
        ("org.x:org.x.gradle.plugin", "1.0", "dev"),
    ]
    found = manifest(
        "build.gradle.kts",
        'val v = "1.5"\ndependencies {\n    implementation("a:b:$v")\n    implementation(libs.c)\n}\n',
    )
    assert declared(found) == [("a:b", "1.5", "direct")]


def test_version_catalogue_and_lock_of_gradle():
    found = manifest(
        "gradle/libs.versions.toml",
        """
        [versions]
        k = "1.9.0"
        [libraries]
        a = { module = "x:a", version.ref = "k" }
        b = "x:b:2.0"
        c = { group = "x", name = "c", version = "3.0" }
        """,
    )
    assert declared(found) == [("x:a", "1.9.0", "direct"), ("x:b", "2.0", "direct"), ("x:c", "3.0", "direct")]
    assert locked(manifest("gradle.lockfile", "# c\nx:a:1.9.0=compileClasspath\nempty=\n")) == [("x:a", "1.9.0")]


def test_gemfile_and_its_lock():
    found = manifest(
        "Gemfile",
        """
        source 'https://gems.example.com'
        gem 'rails', '~> 6.1.0'
        gem "pg"
        gem 'nokogiri', '>= 1.0', '< 2', require: false
        gem 'own', git: 'https://x'
        group :test do
          gem 'rspec', '3.0'
        end
        gem 'puma', '5.0'
        """,
    )
    assert declared(found) == [
        ("rails", "~> 6.1.0", "direct"),
        ("pg", "", "direct"),
        ("nokogiri", ">= 1.0", "direct"),
        ("own", "", "direct"),
        ("rspec", "3.0", "dev"),
        ("puma", "5.0", "direct"),
    ]
    found = manifest(
        "Gemfile.lock",
        """\
        GEM
          remote: https://gems.example.com/
          specs:
            nokogiri (1.10.0-x86_64-linux)
            rails (6.1.0)
              rack (~> 2.0)
            rack (2.0.1)

        DEPENDENCIES
          rails (~> 6.1.0)
        """,
    )
    assert locked(found) == [("nokogiri", "1.10.0"), ("rails", "6.1.0"), ("rack", "2.0.1")]
    assert needs(found) == {"rails": ["rack"]}


def test_cargo_and_its_lock():
    found = manifest(
        "Cargo.toml",
        """
        [dependencies]
        a = "1.2"
        b = { version = "0.3", features = [] }
        c = { path = "../c" }
        d = { workspace = true }
        [target.'cfg(unix)'.dependencies]
        e = "=1.0.0"
        [workspace.dependencies]
        d = "2"
        [dependencies.f]
        version = "4"
        """,
    )
    assert declared(found) == [
        ("a", "1.2", "direct"),
        ("b", "0.3", "direct"),
        ("c", "", "direct"),
        ("d", "", "managed"),
        ("f", "4", "direct"),
        ("d", "2", "direct"),
        ("e", "=1.0.0", "direct"),
    ]
    found = manifest(
        "Cargo.lock",
        """
        version = 3
        [[package]]
        name = "app"
        version = "0.1.0"
        dependencies = ["a", "b 2.0.0"]
        [[package]]
        name = "a"
        version = "1.2.5"
        source = "registry+x"
        dependencies = ["b 1.0.0 (registry+x)"]
        [[package]]
        name = "b"
        version = "1.0.0"
        source = "registry+x"
        [[package]]
        name = "b"
        version = "2.0.0"
        source = "registry+x"
        """,
    )
    assert locked(found) == [("a", "1.2.5"), ("b", "1.0.0"), ("b", "2.0.0")]
    assert [need.key for need in found.projects[0].needs] == ["a 1.2.5", "b 2.0.0"]


def test_composer_and_its_lock():
    found = manifest("composer.json", '{"require": {"php": ">=8", "a/b": "^1.0"}, "require-dev": {"c/d": "~2.0"}}')
    assert declared(found) == [("a/b", "^1.0", "direct"), ("c/d", "~2.0", "dev")]
    other = '{"name": "e/f", "version": "1.0"}'
    text = '{"packages": [{"name": "a/b", "version": "v1.0.3", "require": {"e/f": "*"}}, ' + other + "]}"
    found = manifest("composer.lock", text)
    assert locked(found) == [("a/b", "1.0.3"), ("e/f", "1.0")]
    assert needs(found) == {"a/b": ["e/f"]}


def test_dotnet_projects_and_central_versions():
    found = manifest(
        "App.csproj",
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><V>1.0.0</V></PropertyGroup>
          <ItemGroup>
            <PackageReference Include="A" Version="$(V)" />
            <PackageReference Include="B"><Version>2.0.0</Version></PackageReference>
            <PackageReference Include="C" />
          </ItemGroup>
        </Project>
        """,
    )
    assert declared(found) == [("A", "1.0.0", "direct"), ("B", "2.0.0", "direct"), ("C", "", "direct")]
    found = manifest(
        "Directory.Packages.props",
        '<Project><ItemGroup><PackageVersion Include="C" Version="3.0"/></ItemGroup></Project>',
    )
    assert declared(found) == [("C", "3.0", "managed")]
    found = manifest(
        "packages.lock.json",
        """
        {"dependencies": {"net8.0": {
          "A": {"type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "dependencies": {"D": "4.0"}},
          "D": {"type": "Transitive", "resolved": "4.0.0"}}}}
        """,
    )
    assert locked(found) == [("A", "1.0.0"), ("D", "4.0.0")]
    assert needs(found) == {"A": ["D"]}


@pytest.mark.parametrize(
    "path", ["package.json", "package-lock.json", "composer.lock", "poetry.lock", "pom.xml", "pnpm-lock.yaml"]
)
def test_what_cannot_be_read_is_told(path: str):
    found = manifest(path, "<<<<<<< HEAD\n[\n")
    assert found.unread
    assert found.declared == found.locked == ()
