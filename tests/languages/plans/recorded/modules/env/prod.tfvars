# production
admin_networks = ["0.0.0.0/0"]

buckets = {
  logs = { acl = "private" }
  site = {
    acl  = "public-read"
    keep = false
  }
}
