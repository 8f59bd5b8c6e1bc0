provider "aws" {
  default_tags {
    tags = { contact = "search@example.com" }
  }
}

resource "aws_sqs_queue" "index" {
  name = "acme-index"
  tags = { squad = "search", app-id = "APM0002" }
}
