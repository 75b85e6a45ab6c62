"""Figures: retrieval, answers and citations, abstention, and the intervals around them."""
