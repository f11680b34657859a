"""How long a book's batch, an urgent writ, an audit take when the book is long: `python -m benchmarks.book`."""
