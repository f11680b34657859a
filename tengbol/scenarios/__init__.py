"""Invented chambers and what is tried on them: the demo, what-if cases, the stream of future days."""
