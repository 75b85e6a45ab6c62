"""Who reads question and passage together to rank them again: one file for each, listed in rag.build."""
