"""One file a format: bytes in, records out. The folder is the registry; see `base` for what a reader is."""
