"""Who writes answers: one file for each, listed in rag.build."""
