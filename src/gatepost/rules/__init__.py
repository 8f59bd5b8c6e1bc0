"""Rule and resource files, their readers and their judgement; never names a resource type."""
