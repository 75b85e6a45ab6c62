"""Trains the reader that comes with Newsdesk."""
