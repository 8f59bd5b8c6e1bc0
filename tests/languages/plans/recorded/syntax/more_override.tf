resource "aws_ebs_volume" "base" {
  size = 20
}
