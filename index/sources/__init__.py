"""Where articles come from, one file each."""
