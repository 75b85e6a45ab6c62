"""Faces: command line, HTTP, web page. No retrieval logic."""
