variable "name" {
  type = string
}

variable "team" {
  type = string
}

variable "public" {
  type    = bool
  default = false
}

resource "aws_db_instance" "this" {
  identifier                  = var.name
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  username                    = "app"
  manage_master_user_password = true
  storage_encrypted           = true
  publicly_accessible         = var.public
  backup_retention_period     = 14
  deletion_protection         = true
  copy_tags_to_snapshot       = true

  tags = {
    team = var.team
  }
}
