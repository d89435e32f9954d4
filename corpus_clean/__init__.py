"""Turn a folder of web news into a clean, de-duplicated, accounted-for corpus."""
