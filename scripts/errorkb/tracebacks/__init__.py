"""What Python printed when it failed → parsed tracebacks."""

from errorkb.tracebacks.parsing import Frame, Traceback, final_traceback, normalise_text, parse_tracebacks

__all__ = ["Frame", "Traceback", "final_traceback", "normalise_text", "parse_tracebacks"]
