"""The only place where stages are put in order."""
