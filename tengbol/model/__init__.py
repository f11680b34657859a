"""What a chamber is and what the law says of it: the rules of Order No. 211 (¶3 to ¶18), one module each.

Decides which writs are distributed, which stay together, among whom, bound to whom, what each is due, and by which day.
Gives a `docket.Docket`; knows no file, no solver and no lot. Where the order is silent, `docs/decisions.md` says why.
"""
