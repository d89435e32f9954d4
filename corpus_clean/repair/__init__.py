"""From bytes to readable text: charset, mojibake, and the main text of a page."""
