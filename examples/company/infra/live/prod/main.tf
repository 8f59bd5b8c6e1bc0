terraform {
  required_version = ">= 1.9"

  backend "s3" {
    bucket = "lumen-states"
    key    = "prod/main.tfstate"
    region = "eu-central-1"
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

module "search" {
  source         = "../../modules/web"
  name           = "search-prod"
  team           = "search-backend"
  admin_networks = ["10.20.0.0/16"]
}

module "orders" {
  source = "../../modules/store"
  name   = "orders-prod"
  team   = "payments"
  public = true
}

resource "aws_s3_bucket" "exports" {
  bucket = "lumen-exports"
}

resource "aws_s3_bucket_public_access_block" "exports" {
  bucket                  = aws_s3_bucket.exports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
