"""The error knowledge base: text → records → catalog → outputs."""
