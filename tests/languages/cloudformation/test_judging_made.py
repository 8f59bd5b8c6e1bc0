"""Judging again after an edit equals a full run where transforms, nested stacks and parameter files are in play."""

from __future__ import annotations

from collections import Counter
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from test_inputs import Files

from gatepost.languages.cloudformation import read_template
from gatepost.model.changes import Edit
from gatepost.model.places import Location, Source
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge, judge_again

TODAY = "2026-01-01"
# Each slot of a file holds one of its variants, and an edit puts another one there.
SLOTS = {
    "main.yaml": [
        ["Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n"],
        ["Parameters:\n  Names: {Type: CommaDelimitedList, Default: \"a,b\"}\n", "Parameters:\n  Names: {Type: CommaDelimitedList, Default: a}\n"],  # noqa: E501
        ["  Open: {Type: String, Default: 0.0.0.0/0}\n", "  Open: {Type: String, Default: 10.0.0.0/8}\n", "  Open: {Type: String}\n"],  # noqa: E501
        ["Conditions:\n  On: !Equals [!Ref Open, 0.0.0.0/0]\n", "Conditions:\n  On: !Equals [!Ref Open, x]\n"],
        ["Globals:\n  Function: {Runtime: python3.8}\n", "Globals:\n  Function: {Runtime: python3.13, Tracing: Active}\n", ""],  # noqa: E501
        ["Resources:\n  F:\n    Type: AWS::Serverless::Function\n"],
        ["", "    Condition: On\n"],
        ["    Properties:\n      Handler: a.b\n"],
        ["", "      Tracing: Active\n", "      Tracing: PassThrough\n"],
        ["", "      FunctionUrlConfig: {AuthType: NONE}\n", "      FunctionUrlConfig: {AuthType: AWS_IAM}\n"],
        ["", "      Policies: [{Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}]\n", "      Policies: [AdministratorAccess]\n", "      Role: x\n"],  # noqa: E501
        ["", "      Events: {A: {Type: Api, Properties: {Path: /, Method: get}}}\n", "      Events: {S: {Type: S3, Properties: {Bucket: !Ref Ba, Events: x}}}\n"],  # noqa: E501
        ["  Fn::ForEach::B:\n    - N\n    - !Ref Names\n    - B${N}:\n        Type: AWS::S3::Bucket\n"],
        ["", "        Properties: {AccessControl: PublicRead}\n", "        Properties: {BucketName: !Ref N}\n"],
        ["", "  P:\n    Type: AWS::S3::BucketPolicy\n    Properties: {Bucket: !Ref Ba, PolicyDocument: {}}\n"],
        ["", "  Net:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: net.yaml, Parameters: {Cidr: !Ref Open}}\n"],  # noqa: E501
    ],
    "net.yaml": [
        ["Parameters:\n  Cidr: {Type: String, Default: 10.0.0.0/8}\nResources:\n"],
        ["  G:\n    Type: AWS::EC2::SecurityGroup\n"],
        [
            "    Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Cidr}]}\n",  # noqa: E501
            "    Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]}\n",  # noqa: E501
            "",
        ],
        ["", "  Q:\n    Type: AWS::SQS::Queue\n"],
    ],
    "p.json": [["{"], ['"Open": "0.0.0.0/0"', '"Open": "10.0.0.0/8"', '"Other": "x"'], ["}\n"]],
}  # fmt: skip


@cache
def catalogue():
    return load_shipped()


def told(judgements):
    return Counter((j.identity, j.state) for j in judgements)


def full(texts):
    source = Source("main.yaml", texts["main.yaml"], "cloudformation")
    return read_template(source, Files(texts), ("p.json",) if "p.json" in texts else ())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_judging_again_equals_a_full_run(data):
    names = ["main.yaml", "net.yaml"] + (["p.json"] if data.draw(st.booleans()) else [])
    choice = {name: [data.draw(st.integers(0, len(v) - 1)) for v in SLOTS[name]] for name in names}
    name = data.draw(st.sampled_from(names))
    slot = data.draw(st.sampled_from([i for i, v in enumerate(SLOTS[name]) if len(v) > 1]))
    other = data.draw(st.integers(0, len(SLOTS[name][slot]) - 1))
    pieces = {one: [v[i] for v, i in zip(SLOTS[one], choice[one], strict=True)] for one in names}
    texts = {one: "".join(parts) for one, parts in pieces.items()}
    start = len("".join(pieces[name][:slot]))
    old, new = pieces[name][slot], SLOTS[name][slot][other]
    document = full(texts)
    if name not in {source.path for source in document.sources}:
        return  # a file that nothing of the document comes from is not edited
    region = Source(name, texts[name], "").region(start, start + len(old))
    before = judge(document, catalogue(), {}, TODAY)
    edited = document.edited([Edit(Location(name, region), new)])
    again = judge_again(edited, before)
    after_texts = {**texts, name: texts[name][:start] + new + texts[name][start + len(old) :]}
    if name == "p.json" and "Open" not in new:
        # A fix never takes a parameter away from its file; a full run would not know the file any more.
        return
    wanted = judge(full(after_texts), catalogue(), {}, TODAY)
    found = told(before.judgements)
    found.subtract(told(again.gone()))
    found.update(told(again.added()))
    assert +found == told(wanted.judgements)
