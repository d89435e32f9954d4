"""Faults on purpose: kills, full disks, lying disks, huge files, bombs and fuzz. Each script prints its counts."""
