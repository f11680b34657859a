"""A distribution that was made elsewhere, held against the rules and against the least unevenness they allow (¶16)."""
