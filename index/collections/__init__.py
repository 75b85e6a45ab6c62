"""What can be searched, one file for each engine."""
