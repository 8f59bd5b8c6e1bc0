variable "size" {
  default = 1
}

resource "aws_s3_bucket" "a" {
  acl = "public-read"

  lifecycle {
    precondition {
      condition     = var.size == 2
      error_message = "never"
    }
  }
}
