// Prices of whole bundles (docs/certificate.md, theorem 4): what each enforcer's cheapest set of them costs.

class BySets extends Cases {
  constructor(own, bounds, told) {
    super(own, bounds);
    if (!isObject(told) || !Array.isArray(told.whole)) throw new NoProof(mark("it does not say which bundles are whole"));
    this.whole = told.whole.map(row => {
      const [pool, ...counts] = Array.isArray(row) ? row : [];
      return `${wholes([pool], 1)} ${paddedWrits(counts)}`;
    });
    if (new Set(this.whole).size < this.whole.length || !this.whole.every(key => own.longer.has(key))) {
      throw new NoProof(mark("a bundle that is not there is whole"));
    }
    this.steps = new Steps();
  }

  first(now, told) {
    const at = this.at(now, told), kinds = this.whole.map(key => ({counts: now.left.get(key).counts, many: small(now.left.get(key).many)}));
    const groups = this.groups(now, at), listing = new Listing(small(at.scale), at.bundle.map(small), kinds, groups, this.steps);
    for (const group of groups) group.least = listing.least(group);
    const right = sumOf(groups.map(({many, least}) => BigInt(many) * BigInt(least))) + at.paid;
    this.stand = {groups, listing, room: at.scale * this.units(now) - right};
    return this.own.possible[0].least(this.squares(now)[0] - 2000n * floored(-right, at.scale));
  }

  /** The same at other prices, over those sets alone that an assignment as even can have. */
  second(now, told, first) {
    if (told === null) return this.own.follows(first);
    const at = this.at(now, told), {groups, listing} = this.stand, room = small(this.stand.room);
    if (!isInteger(told.weight) || told.weight < 0) throw new NoProof(mark("nothing bounds the second objective"));
    const weight = small(told.weight), scale = small(at.scale), pays = at.bundle.map(small), prices = groups.map(({j}) => at.price[j].map(small));
    const dearest = largestOf(prices.flat()) + largestOf(pays);
    const right = groups.map((group, n) => {
      const price = prices[n], excess = group.e.reduce((sum, one) => sum + one, 0);
      let best = Infinity;
      listing.listed(group, group.least, room, pays, ({whole, paid}, writs) => {
        let cost = 0, all = 0;
        for (let k = 0; k < writs.length; k++) {
          cost += weight * (group.e[k] + 500 * writs[k]) * writs[k] - price[k] * (writs[k] - whole[k]);
          all += writs[k];
        }
        noLarger(((weight + scale) * (listing.excess + 500 * all) + dearest) * all);
        best = Math.min(best, cost + scale * (excess + 500 * all) * all - paid);
      });
      return BigInt(group.many) * BigInt(best);
    });
    const exact = sumOf(right) + at.paid - BigInt(weight) * this.units(now);
    return this.own.possible[1].least(this.squares(now)[1] - 2000n * floored(-exact, at.scale));
  }

  /** Prices as they stand there: of a writ apart at each enforcer, 0 where none can come, and what all pay together. */
  at(now, told) {
    if (!isObject(told) || !isInteger(told.scale) || told.scale < 1) throw new NoProof(mark("a case has no prices"));
    const {supplied, pools, single} = this.own, prices = wholes(told.pools, supplied.length), bundle = wholes(told.bundles, this.whole.length);
    [...prices, ...bundle, told.scale].forEach(small);
    const apart = single.map(row => [...row]), taken = new Set(this.whole);
    for (const [key, {p, counts, many}] of now.left) {
      if (!taken.has(key)) counts.forEach((count, k) => { apart[p][k] += many * BigInt(count); });
    }
    const dearest = now.base.map(row => row.map(() => null)), come = supplied.map(([p, k], n) => [p, k, prices[n]]).filter(([p, k]) => apart[p][k]);
    for (const [p, k, price] of come) {
      for (const j of pools[p]) if (dearest[j][k] === null || dearest[j][k] < price) dearest[j][k] = price;
    }
    const paid = sumOf(this.whole.map((key, c) => now.left.get(key).many * bundle[c]))
      + sumOf(come.map(([p, k]) => apart[p][k] * leastOf(pools[p].map(j => dearest[j][k]))));
    return {scale: BigInt(told.scale), bundle, paid, fills: dearest.map(row => row.map(one => one !== null)), price: dearest.map(row => row.map(one => one ?? 0n))};
  }

  /** Enforcers with the same excess, pools and bars are one. */
  groups(now, at) {
    const out = new Map();
    now.base.forEach((e, j) => {
      const open = this.whole.flatMap((key, c) => {
        const {p, many} = now.left.get(key);
        return many && this.own.stands[j].includes(p) && !now.shut.has(`${key} ${j}`) ? [c] : [];
      });
      const alike = `${this.own.alike[j]} ${e} ${open}`;
      if (!out.has(alike)) out.set(alike, {j, e: e.map(small), price: at.price[j].map(small), fills: at.fills[j], open, many: 0});
      out.get(alike).many += 1;
    });
    return [...out.values()];
  }
}
