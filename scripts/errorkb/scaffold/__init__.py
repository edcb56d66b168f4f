"""What a contributor starts with: a new record from a pasted error, and a record's programs as files."""
