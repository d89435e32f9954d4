"""The account of every edit, and the way back through it."""
