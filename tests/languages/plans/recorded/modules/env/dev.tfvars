admin_networks = ["10.0.0.0/8"]

buckets = {
  logs = { acl = "private" }
}
