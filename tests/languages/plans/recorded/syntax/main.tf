terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-1"
}

variable "name" {
  type    = string
  default = "x"
}

variable "sizes" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "shape" {
  type    = object({ a = optional(number, 3), b = optional(list(string), []) })
  default = {}
}

variable "count_text" {
  type    = number
  default = "5"
}

variable "nothing" {
  default = null
}

locals {
  words = { for i, w in ["one", "two"] : w => upper("${var.name}-${i}") if w != "" }
}

resource "aws_s3_bucket" "many" {
  provider = aws.west
  for_each = local.words
  bucket   = "b-${lower(each.value)}"
  acl      = null
  tags = {
    "Ünïcode" = "caf\u00e9 \U0001F600 \"q\" $${x} %%{y}"
    plain     = <<-EOT
      first
        second ${"con"}stant
    EOT
    number    = 10 / 4
    truth     = !true || 1 < 2
    big       = 12345678901234567890
    picked    = var.name == "x" ? "a" : "b"
  }

  versioning {
    enabled    = true
    mfa_delete = var.shape.a > 2
  }

  dynamic "logging" {
    for_each = var.sizes
    content {
      target_bucket = logging.value
    }
  }

  lifecycle {
    ignore_changes = [tags]
  }

  depends_on = [terraform_data.note]
}

resource "aws_security_group" "rules" {
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = [for n in [1, 2] : "10.0.${n}.0/24"]
  }

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.1.0.0/16"]
  }

  egress = []
}

resource "terraform_data" "note" {
  count = 2
  input = jsonencode({ a = [1, "two", null], b = { c = true } })

  triggers_replace = [var.name, local.words["one"], "k${1 + 1}"]

  provisioner "local-exec" {
    command = "true"
  }
}

data "aws_caller_identity" "me" {}

check "account" {
  data "aws_caller_identity" "again" {}

  assert {
    condition     = data.aws_caller_identity.again.account_id != ""
    error_message = "nobody"
  }
}

module "part" {
  source   = "./part"
  for_each = toset(["eu"])

  names    = [for k, v in local.words : v]
  settings = { deep = { er = ["x", 1, true] } }
  optional = null
}

output "all" {
  value = [for b in aws_s3_bucket.many : b.id]
}
