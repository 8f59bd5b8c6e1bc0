variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "vpc_id" {
  type = string
}

variable "image" {
  type = string
}

variable "admin_networks" {
  type = list(string)
}

variable "encrypt_storage" {
  type = bool
}

variable "database_password" {
  type      = string
  sensitive = true
}
