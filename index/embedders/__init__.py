"""Text to vectors, one file for each runtime."""
