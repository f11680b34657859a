// Cases of a proof (docs/certificate.md, theorem 2): a bundle at each member of its pool in turn, each with a bound.

const NODES_DEEP = 400;

/** What proves bounds in every case; `first(now, told)` and `second(now, told, first)` do so in one. */
class Cases {
  constructor(own, bounds) {
    this.own = own;
    this.bounds = bounds;
  }

  check(tree) {
    const {base, longer} = this.own;
    this.node(tree, {base, left: longer, shut: new Set(), touched: new Set()}, [null, null], 0);
  }

  node(node, now, [above, over], depth) {
    if (!isObject(node) || depth > NODES_DEEP) throw new NoProof(mark("a node is none, or too deep"));
    const first = "first" in node ? node.first : above, second = "second" in node ? node.second : over;
    if ("to" in node) {
      for (const [child, its] of this.cases(node, now)) this.node(child, its, [first, second], depth + 1);
      return;
    }
    const value = this.first(now, first);
    // Where a bundle has nowhere to go there is no assignment; above what the result reached there is none as even.
    if (value === null) return;
    heldTo(this.bounds[0], value);
    if (value > this.own.reached[0]) return;
    const both = this.second(now, second, value);
    if (both !== null) heldTo(this.bounds[1], both);
  }

  /** One bundle at each member of its pool in turn. */
  cases(node, now) {
    const {pool, to, then} = node, counts = paddedWrits(node.writs), key = `${pool} ${counts}`, bundle = now.left.get(key);
    if (!isInteger(pool) || !bundle || !bundle.many) throw new NoProof(mark("a bundle that is not there is put somewhere"));
    if (!Array.isArray(to) || !Array.isArray(then) || to.length !== then.length) throw new NoProof(mark("not a case for each member"));
    const {alike, pools} = this.own, members = pools[pool], left = new Map(now.left);
    left.set(key, {...bundle, many: bundle.many - 1n});
    const closed = new Set(members.filter(j => now.shut.has(`${key} ${j}`)));
    const out = to.map((j, n) => {
      if (!members.includes(j)) throw new NoProof(mark("a bundle is put outside its pool"));
      const base = [...now.base];
      base[j] = base[j].map((e, k) => e + 1000n * counts[k]);
      const shut = new Set([...now.shut, ...[...closed].map(i => `${key} ${i}`)]);
      const its = {base, left, shut, touched: new Set([...now.touched, ...closed, j])};
      closed.add(j);
      if (!now.touched.has(j)) {
        for (const i of members) if (!now.touched.has(i) && alike[i] === alike[j]) closed.add(i);
      }
      return [then[n], its];
    });
    if (!members.every(j => closed.has(j))) throw new NoProof(mark("a member of a pool is left out"));
    return out;
  }

  /** Both sums of squares of what is there in a case. */
  squares(now) {
    return [squaresOf(now.base.flat()), squaresOf(now.base.map(sumOf))];
  }

  /** What the result's first objective leaves above the squares of a case, in units of 2000. */
  units(now) {
    return floored(this.own.reached[0] - this.squares(now)[0], 2000n);
  }
}
