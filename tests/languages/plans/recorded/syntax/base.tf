resource "aws_ebs_volume" "base" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = false
}
