terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

resource "aws_security_group" "web" {
  name   = "shop-web"
  vpc_id = var.vpc_id

  ingress {
    description = "Administration"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admin_networks
  }
}

resource "aws_instance" "web" {
  ami                    = var.image
  instance_type          = "t3.small"
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_db_instance" "orders" {
  identifier          = "shop-orders"
  engine              = "postgres"
  instance_class      = "db.t3.small"
  allocated_storage   = 20
  username            = "shop"
  password            = var.database_password
  storage_encrypted   = var.encrypt_storage
  publicly_accessible = true
}

module "uploads" {
  source = "./modules/bucket"
  name   = "shop-uploads"
}
