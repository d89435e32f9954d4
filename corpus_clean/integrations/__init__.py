"""Other people's pipelines: one module a library, each an extra of the same name."""
