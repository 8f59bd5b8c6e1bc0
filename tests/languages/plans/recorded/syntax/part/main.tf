variable "names" {}

variable "settings" {
  type = any
}

variable "optional" {
  default = "set"
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "${var.names[0]}a"
  size              = 1e2
  encrypted         = true
}
