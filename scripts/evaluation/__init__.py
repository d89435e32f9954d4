"""Accuracy, measured on labelled data that is not part of the repository."""
