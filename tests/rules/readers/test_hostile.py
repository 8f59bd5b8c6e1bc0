"""Readers on what nobody should have written: no error, and bounded time."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatepost.model.values import Value
from gatepost.rules.readers import READERS, reader

FUZZ = pathlib.Path(__file__).parents[2] / "fuzz"


def entry(name):
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", FUZZ / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.fuzz


POLICY = b'{"Statement":[{"Effect":"Allow","Action":["s3:*","${x}"],"Resource":"*",'
POLICY += b'"Principal":{"AWS":"*"},"Condition":{"a":{"b":[1]}}}]}'
PARTS = st.lists(
    st.sampled_from([POLICY[i : i + 9] for i in range(0, len(POLICY), 9)] + [b"${x}", b"\\", b"\xff"]), max_size=20
)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.binary(max_size=60), PARTS.map(b"".join), st.integers(0, len(POLICY)).map(lambda n: POLICY[:n])))
@example(POLICY)
def test_any_policy_document_is_read_without_a_traceback(data):
    entry("iam_policy")(data)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text('{}[]()$.a=!<>"% &|\ue000', max_size=60).map(str.encode)))
def test_any_filter_pattern_is_read_without_a_traceback(data):
    entry("filter_pattern")(data)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-outform", "DER",
         "-out", str(folder / "c.der"), "-days", "3650", "-subj", "/CN=x"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make one here")
    return (folder / "c.der").read_bytes()


def test_a_certificate_of_openssl_and_everything_it_is_cut_or_bent_to(certificate):
    from gatepost.rules.readers.certificate import read_der

    found = read_der(certificate)
    assert (found.algorithm, found.key_bits, found.signature) == ("RSA", 2048, "SHA256")
    assert found.not_after.startswith("20")
    fuzz = entry("certificate")
    for at in range(0, len(certificate), 7):
        fuzz(certificate[:at])
        fuzz(certificate[:at] + b"\xff\x84" + certificate[at + 2 :])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_certificate_is_read_without_a_traceback(data):
    entry("certificate")(data)


HOSTILE = [
    "a" * 200_000, "-" * 100_000, "(" * 50_000, "[" * 50_000, '{"a":' * 50_000, "eyJ_" * 40_000, "AKIA" * 40_000,
    "password=" * 20_000, "://a:" * 30_000, "1-" * 30_000, "1.2." * 30_000, "*?" * 30_000, "P1" * 30_000, "$." * 40_000,
    "\x00" * 10_000, "\ue000" * 1_000, "#cloud-config\n" + "- " * 5_000,
    "-----BEGIN CERTIFICATE-----" * 3_000, "= " * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_hostile_text_is_answered_soon(name):
    found = reader(name)
    for text in HOSTILE:
        started = time.process_time()
        found.read(Value(text), {})
        assert time.process_time() - started < 3, text[:20]
