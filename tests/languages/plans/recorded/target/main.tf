resource "aws_s3_bucket" "a" {
  acl = "public-read"
}

resource "aws_s3_bucket" "b" {
  acl = "public-read"
}
