"""What a run found, for people and programs; computed from the tables of OUT alone."""
