"""What stands between a commit and a data set: git's objects, the index of their documents, accepted findings."""
