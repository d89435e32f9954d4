"""What two texts have in common: normal form, shingles, signatures, candidates, and the exact comparison."""
