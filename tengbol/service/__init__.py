"""The service: the book by HTTP, for people who have signed in and for systems that have a token.

`roles` is the one table of who may ask for what; `api` and `pages` answer; acts are those of `tengbol.book`, which the
command line does too. Batches run in a process of their own (`worker`), and survive the server.
"""
