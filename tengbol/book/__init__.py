"""The chamber's book: what is pending, who holds what, who is away since when, what each was due; nothing in the dark.

One store, SQLite or PostgreSQL, in which nothing is ever changed or deleted: rows are written by an event, and ended by
a later one. The events are a chain of hashes, and `book audit` recomputes all of it. `docs/book.md` says how.
"""
