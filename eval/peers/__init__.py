"""Newsdesk beside other retrieval libraries: same articles, weights, questions, machine (`python -m eval.peers`)."""
