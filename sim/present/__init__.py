"""Slides, pictures and workbooks made of kept results."""
