"""YAML → data in which every value has its line and column. Bad text yields Problems."""

from errorkb.source.reading import Location, Source, read_source

__all__ = ["Location", "Source", "read_source"]
