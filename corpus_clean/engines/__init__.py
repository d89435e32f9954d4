"""Where the stages run. An engine is one module with a `create` function; see `base` for its verbs."""
