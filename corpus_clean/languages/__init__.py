"""What is known of each language, as data: one TOML file a language."""
