admin_networks = ["0.0.0.0/0"]
