"""How fast the project is: ratios between two ways of doing the same work, measured in one run on synthetic records."""
