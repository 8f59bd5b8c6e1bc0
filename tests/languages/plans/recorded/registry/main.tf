locals {
  networks = ["0.0.0.0/0"]
}

module "store" {
  source  = "acme/store/aws"
  version = "~> 1.2"

  name = "orders"
  acl  = "public-read"
}

module "hosts" {
  source  = "acme/hosts/aws"
  version = "2.0.0"

  admin_networks = local.networks
}

resource "aws_s3_bucket_versioning" "store" {
  bucket = module.store.bucket_id

  versioning_configuration {
    status = "Enabled"
  }
}
