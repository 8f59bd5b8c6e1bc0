variable "name" {
  type    = string
  default = "gate"
}

variable "secret" {
  type      = string
  default   = "hush"
  sensitive = true
}

variable "ports" {
  type    = list(number)
  default = [22, 443]
}

variable "server" {
  type = object({
    name  = string
    size  = optional(number, 2)
    tags  = optional(map(string), {})
    disks = optional(list(object({ size = number, kind = optional(string, "ssd") })))
  })
  default = { name = "web", disks = [{ size = "10" }, { size = 20, kind = "hdd" }], extra = true }
}

variable "names" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "anything" {
  default = { list = [1, "two", null], nothing = null }
}

variable "strict" {
  type     = string
  default  = "fallback"
  nullable = false
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "table" {
  type    = map(list(string))
  default = { a = [1, 2], b = [] }
}

locals {
  first  = "one"
  second = "${local.first}-two"
  mixed  = { numbers = [1, 2, 3], texts = ["x", "y"], flag = true, none = null }
  users = [
    { name = "ada", age = 36, admin = true },
    { name = "bob", age = 17, admin = false },
    { name = "cyd", age = 58, admin = true },
  ]
  hidden = { key = var.secret, open = "seen" }
  template = "Hi $${name}"
  nested = { a = { b = { c = [{ d = "deep" }] } } }
}
