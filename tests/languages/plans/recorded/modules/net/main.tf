variable "name" {}
variable "admins" {}
variable "web" {}

resource "aws_security_group" "host" {
  name = "host-${var.name}"

  ingress {
    description = "admins"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admins
  }

  dynamic "ingress" {
    for_each = var.web
    iterator = port
    content {
      description = "web"
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
