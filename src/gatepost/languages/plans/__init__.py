"""Plans as `terraform show -json` writes them: what they say, laid over the source they come from; never a rule."""
