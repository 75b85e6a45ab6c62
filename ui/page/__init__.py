"""What the web page shows, as HTML. Everything that comes from an article, a question or a setting is escaped."""
