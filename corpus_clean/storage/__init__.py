"""Bytes on disk: compressed streams, fingerprints, and the one rename that publishes a run."""
