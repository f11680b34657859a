"""How many writs of which kind go to whom: the most even placement of whole bundles, with a lower bound that proves it.

Arrays in, arrays out (`problem.Problem`, `solve.Solution`): decides by the two objectives of contract point 3.8 and the
lot of 3.9, and knows no writ, no law and no file. `docs/optimizer.md` says how, and from which papers.
"""
