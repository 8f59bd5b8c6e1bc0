"""What the benchmarks run on, written when they run; never read by the tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_DOCKERFILE = """\
ARG VERSION=3.{minor}
FROM python:${{VERSION}}-slim AS build
WORKDIR /src/{n}
COPY requirements.txt .
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir --prefix=/install -r requirements.txt

FROM python:${{VERSION}}-slim
LABEL org.opencontainers.image.title="service {n}"
ENV PORT=80{minor} LOG_LEVEL=info
COPY --from=build /install /usr/local
COPY . /app
WORKDIR /app
RUN apt-get update && \\
    apt-get install -y curl ca-certificates && \\
    curl -fsSL https://example.com/tool.sh | sh
EXPOSE 80{minor}
HEALTHCHECK CMD curl -f http://localhost:80{minor}/health || exit 1
CMD ["python", "-m", "service{n}"]
"""

_TERRAFORM = """\
variable "name_{n}" {{
  type    = string
  default = "service-{n}"
}}

resource "aws_s3_bucket" "data_{n}" {{
  bucket = "${{var.name_{n}}}-data"
  tags = {{
    Owner = "team-{n}"
  }}
}}

resource "aws_security_group" "web_{n}" {{
  name = var.name_{n}

  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }}
}}

resource "aws_db_instance" "main_{n}" {{
  identifier        = var.name_{n}
  engine            = "postgres"
  instance_class    = "db.t3.small"
  storage_encrypted = {encrypted}
}}
"""

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Name:
    Type: String
    Default: queue-{n}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Ref Name
      KmsMasterKeyId: alias/aws/sqs
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${{Name}}-bucket"
"""


def dockerfiles(folder: Path, count: int) -> Path:
    for n in range(count):
        (folder / f"service{n}").mkdir(parents=True)
        (folder / f"service{n}/Dockerfile").write_text(_DOCKERFILE.format(n=n, minor=10 + n % 4))
    return folder


def repository(folder: Path, count: int) -> Path:
    """A repository of services: a Dockerfile, two Terraform files and a template for each, and other files between."""
    for n in range(count):
        kind, service = n % 4, folder / f"service{n // 4}"
        service.mkdir(parents=True, exist_ok=True)
        if kind == 0:
            (service / "Dockerfile").write_text(_DOCKERFILE.format(n=n, minor=10 + n % 4))
        elif kind == 3:
            (service / "queue.yaml").write_text(_TEMPLATE.format(n=n))
        else:
            encrypted = "false" if n % 8 == 1 else "true"
            (service / f"part{kind}.tf").write_text(_TERRAFORM.format(n=n, encrypted=encrypted))
    return folder


def fixable(folder: Path, count: int) -> Path:
    """One root with a finding to mend in each of its resources."""
    folder.mkdir(parents=True)
    block = 'resource "aws_db_instance" "db_{n}" {{\n  identifier        = "db-{n}"\n  storage_encrypted = false\n}}\n'
    for part in range(10):
        numbers = range(part * count // 10, (part + 1) * count // 10)
        (folder / f"part{part}.tf").write_text("\n".join(block.format(n=n) for n in numbers))
    return folder


def terragoat(folder: Path) -> Path | None:
    source = Path(os.environ.get("GATEPOST_CORPORA", "")) / "terraform/terragoat/terraform/aws"
    if not os.environ.get("GATEPOST_CORPORA") or not source.is_dir():
        return None
    shutil.copytree(source, folder)
    return folder
