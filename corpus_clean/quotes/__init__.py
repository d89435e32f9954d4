"""Who said what, where else, in which wording."""
