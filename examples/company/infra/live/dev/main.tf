terraform {
  required_version = ">= 1.9"

  backend "s3" {
    bucket = "lumen-states"
    key    = "dev/main.tfstate"
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
  name           = "search-dev"
  team           = "search-backend"
  admin_networks = ["0.0.0.0/0"]
}

module "orders" {
  source = "../../modules/store"
  name   = "orders-dev"
  team   = "payments"
}
