"""What a pull request is told about a verdict, as comments; never sends one, and never decides."""
