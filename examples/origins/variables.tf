variable "reachable" {
  type    = bool
  default = true
}

variable "reporting_reachable" {
  type = bool
}
