"""Run every claim for real, judge what was seen, write it down as evidence."""
