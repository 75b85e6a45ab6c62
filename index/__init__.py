"""From source to searchable collection. Knows nothing of language models, HTTP or user interfaces."""
