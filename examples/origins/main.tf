locals {
  reachable = true
}

resource "aws_db_instance" "plain" {
  publicly_accessible = true
}

resource "aws_db_instance" "by_variable" {
  publicly_accessible = var.reachable
}

resource "aws_db_instance" "by_var_file" {
  publicly_accessible = var.reporting_reachable
}

resource "aws_db_instance" "by_local" {
  publicly_accessible = local.reachable
}

module "orders" {
  source    = "./db"
  reachable = false
}

module "stock" {
  source    = "./db"
  reachable = true
}

resource "aws_db_instance" "by_map" {
  for_each = {
    orders = false
    stock  = true
  }

  identifier          = each.key
  publicly_accessible = each.value
}
