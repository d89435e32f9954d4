"""Finding and linking quotes, measured set by set; `scripts/evaluate quotes` prints them together."""
