"""CloudFormation templates in YAML and JSON: text to document and back; never knows a rule."""
