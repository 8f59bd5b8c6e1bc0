variable "name" {}
variable "admins" {}

resource "aws_security_group" "this" {
  name = "hosts-${var.name}"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admins
  }
}
