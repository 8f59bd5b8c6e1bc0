reachable = true
