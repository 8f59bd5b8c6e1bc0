"""Plans as `terraform show -json` writes them: what they say, laid over the source they were made from; never a rule."""
