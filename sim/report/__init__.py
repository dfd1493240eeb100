"""The report page: what a comparison says, in words, pictures and tables."""
