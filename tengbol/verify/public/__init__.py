"""The check of a public report by a stranger: from the file alone, with code of its own."""

from tengbol.verify.public.check import verify_public

__all__ = ["verify_public"]
