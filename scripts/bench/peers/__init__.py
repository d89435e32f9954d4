"""One file per tool, run by that tool's own Python: `FILE signatures CORPUS` or `FILE dedup CORPUS OUT`.

`REQUIRES` lists what pip installs. `signatures` prints one JSON line per way of doing it; `dedup` writes
`OUT/labels.tsv`, a row `id <tab> label` for each document that the tool puts together with others.
"""
