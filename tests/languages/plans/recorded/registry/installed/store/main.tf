variable "name" {}
variable "acl" {}

resource "aws_s3_bucket" "this" {
  count  = 1
  bucket = var.name
  acl    = var.acl
}

resource "aws_s3_bucket_public_access_block" "this" {
  count                   = 1
  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = false
}

output "bucket_id" {
  value = aws_s3_bucket.this[0].id
}
