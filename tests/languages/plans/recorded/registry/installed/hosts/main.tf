variable "admin_networks" {}

module "group" {
  source   = "./modules/group"
  networks = var.admin_networks
}
