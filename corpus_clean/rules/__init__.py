"""Noise rules: packs of patterns as data, and the engine that applies them to a text and accounts for it."""
