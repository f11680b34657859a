"""The benchmark: tengbol against its peers on the same instances, and its command from start to exit.

`python -m benchmarks` remakes `docs/benchmarks.md` whole. A peer is one function in `benchmarks.peers`; an instance
comes from a recipe in `benchmarks.instances`; what a peer claims is recomputed in `benchmarks.judge`.
"""
