"""Terraform: syntax, evaluation and edits of root modules; never knows a rule or a resource type."""
