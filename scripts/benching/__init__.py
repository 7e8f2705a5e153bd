"""Why this package exists: the parts of scripts/bench that are more than its command line."""
