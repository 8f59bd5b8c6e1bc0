variable "admin_networks" {
  type = list(string)
}

module "hosts" {
  source   = "./hosts"
  for_each = toset(["eu", "us"])

  name   = each.key
  admins = var.admin_networks
}
