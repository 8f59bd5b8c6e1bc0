resource "aws_db_instance" "orders" {
  identifier          = "orders"
  storage_encrypted   = true
  publicly_accessible = var.reachable
}

module "buckets" {
  source = "./buckets"
  names  = ["invoices", "exports"]
}

variable "reachable" {
  type = bool
}
