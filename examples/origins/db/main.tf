variable "reachable" {
  type = bool
}

resource "aws_db_instance" "this" {
  publicly_accessible = var.reachable
}
