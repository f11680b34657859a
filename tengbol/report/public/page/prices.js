// Prices of writs (docs/certificate.md, theorem 1): what they prove of both objectives in a case.

/** The least of weight · (e·x + 500·x²) − price · x over x ≥ 0, and what it costs above that to hold some writs. */
class Level {
  constructor(weight, e, price) {
    this.linear = weight * e - price;
    this.square = 500n * weight;
    const best = -floored(this.linear + this.square, 2n * this.square);
    this.best = best > 0n ? best : 0n;
    this.floor = this.at(this.best);
  }

  at(x) {
    return (this.linear + this.square * x) * x;
  }

  above(held) {
    return this.at(held > this.best ? held : this.best) - this.floor;
  }
}

class ByWrits extends Cases {
  first(now, told) {
    const one = this.bound(now, 1n, wholes(told, this.own.supplied.length), null);
    return one === null ? null : this.own.possible[0].least(this.squares(now)[0] + 2000n * one);
  }

  second(now, told) {
    if (!isObject(told) || !isInteger(told.weight) || told.weight < 1) throw new NoProof(mark("nothing bounds the second objective"));
    const weight = BigInt(told.weight);
    const both = this.bound(now, weight, wholes(told.pools, this.own.supplied.length), wholes(told.enforcers, now.base.length));
    if (both === null) return null;
    return this.own.possible[1].least(this.squares(now)[1] + 2000n * (both - weight * this.units(now)));
  }

  /** In units of 2000 above the squares of what is there; null where a bundle has nowhere to go. */
  bound(now, weight, prices, totals) {
    const {supplied, pools, single} = this.own, price = now.base.map(() => []);
    supplied.forEach(([p, k], n) => {
      for (const j of pools[p]) if (price[j][k] === undefined || price[j][k] < prices[n]) price[j][k] = prices[n];
    });
    const cell = price.map((row, j) => row.map((own, k) => new Level(weight, now.base[j][k], own - (totals ? totals[j] : 0n))));
    const total = totals ? totals.map((own, j) => new Level(1n, sumOf(now.base[j]), own)) : null;
    // Where no pool of an enforcer has writs of a category there is no price, which `map` and `flat` pass over.
    let out = sumOf(cell.flatMap(row => row.map(level => level.floor)).filter(floor => floor !== undefined));
    if (total) out += sumOf(total.map(level => level.floor));
    single.forEach((row, p) => row.forEach((many, k) => {
      if (many) out += many * leastOf(pools[p].map(j => price[j][k]));
    }));
    for (const [key, {p, counts, many}] of now.left) {
      if (!many) continue;
      const held = counts.flatMap((count, k) => (count ? [[k, BigInt(count)]] : [])), size = sumOf(held.map(([, count]) => count));
      const costs = pools[p].filter(j => !now.shut.has(`${key} ${j}`)).map(j =>
        sumOf(held.map(([k, count]) => count * price[j][k] + cell[j][k].above(count))) + (total ? total[j].above(size) : 0n));
      if (!costs.length) return null;
      out += many * leastOf(costs);
    }
    return out;
  }
}
