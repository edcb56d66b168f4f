"""The catalog rendered: pages, indexes, front matter."""
