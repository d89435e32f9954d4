"""Parquet: the text goes back into its column, in UTF-8."""

from corpus_clean.writers.text import choose_codec, choose_form, join, name_output, unwrap, wrap

__all__ = ["choose_codec", "choose_form", "join", "name_output", "unwrap", "wrap"]
