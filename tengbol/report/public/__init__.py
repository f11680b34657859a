"""The public report: one file from which a stranger recomputes every batch of a chamber, without anything personal.

Its description is `docs/public.md`; `tengbol verify --public` checks it, sharing no code with what writes it.
"""
