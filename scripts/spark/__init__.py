"""Spark on this machine: a cluster on loopback, a worker killed at work, and what each stage costs."""
