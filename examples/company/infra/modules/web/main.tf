variable "name" {
  type = string
}

variable "team" {
  type = string
}

variable "admin_networks" {
  type = list(string)
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Web servers of ${var.name}"

  tags = {
    team = var.team
  }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "Customers"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = toset(var.admin_networks)
  security_group_id = aws_security_group.this.id
  description       = "Administration"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}
