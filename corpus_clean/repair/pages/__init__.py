"""The main text of HTML pages, and what they say about themselves."""
