"""From a raw page to a clean article: one file for each kind of page."""
