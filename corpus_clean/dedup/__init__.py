"""Which documents and passages repeat which, how they relate, and which copy is kept."""
