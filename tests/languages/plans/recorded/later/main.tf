variable "password" {
  sensitive = true
  default   = "correct-horse-battery"
}

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "main" {
  enable_key_rotation = true
}

resource "aws_s3_bucket" "data" {
  bucket = "data-${data.aws_caller_identity.me.account_id}"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.main.arn
    }
  }
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.data.arn}/*"
    }]
  })
}

resource "aws_db_instance" "main" {
  instance_class    = "db.t3.micro"
  password          = var.password
  storage_encrypted = false
  kms_key_id        = aws_kms_key.main.arn
}
