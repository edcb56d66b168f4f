"""The finder: its vectors, its measurements, its tests."""
