"""Everything under ``errors/``, loaded: one list in, every output out."""

from errorkb.catalog.entries import Catalog, Entry, PackageEntry, Standing, lock_name
from errorkb.catalog.loading import label, load

__all__ = ["Catalog", "Entry", "PackageEntry", "Standing", "label", "load", "lock_name"]
