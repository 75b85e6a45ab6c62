"""Data sets: one loader each, and the table of them (eval.datasets.table)."""
