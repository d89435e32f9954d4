"""One file a format: a clean text goes back into the place it was taken from. The folder is the registry."""
