variable "admin_networks" {
  type = list(string)
}

variable "buckets" {
  type = map(object({ acl = string, keep = optional(bool, true) }))
}

module "net" {
  for_each = toset(["eu", "us"])
  source   = "./net"
  name     = each.key
  admins   = var.admin_networks
  web      = each.key == "eu" ? [443] : [443, 8080]
}

resource "aws_s3_bucket" "data" {
  for_each = var.buckets
  bucket   = "data-${each.key}"
  acl      = each.value.acl

  dynamic "versioning" {
    for_each = each.value.keep ? [1] : []
    content {
      enabled = true
    }
  }
}

resource "aws_ebs_volume" "disk" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 10 + count.index
  encrypted         = count.index == 0
}
