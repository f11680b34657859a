"""The chamber's book at scale: a long past, a day's batch, one urgent writ; on SQLite and on PostgreSQL.

`python -m benchmarks.book` builds the past and measures the commands, each a fresh process from its start to its exit.
"""
