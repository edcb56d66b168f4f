"""The model of everything that people write under ``errors/``: records, packages, servers, vocabulary."""
