"""The nouns every other package speaks in; never input or output, never YAML, never a third party."""
