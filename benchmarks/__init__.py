"""The benchmark: tengbol against its peers on the same instances, and its command from start to exit.

`python -m benchmarks` writes `docs/benchmarks.md` and the tables behind it. A peer is one function in
`benchmarks.peers` (how to add one: `docs/dev/add-a-peer.md`); an instance comes from a recipe in
`benchmarks.instances`; what a peer claims is recomputed in `benchmarks.judge`.
"""
