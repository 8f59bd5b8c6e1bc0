reporting_reachable = true
