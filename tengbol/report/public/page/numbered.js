// One part by numbers, as a certificate has it (docs/certificate.md, "The file"), and what its sums of squares can be.

// Categories in the order of the contract, in which certificates count them.
const COUNTED_BY = WORDS.order;
const PLACES = COUNTED_BY.map(category => CATEGORIES.indexOf(category));
const countsOf = bundle => PLACES.map(place => bundle.counts[place]);

const floored = (value, by) => value / by - (value % by !== 0n && value < 0n ? 1n : 0n);
const sumOf = values => values.reduce((sum, one) => sum + one, 0n);
const squaresOf = values => sumOf(values.map(one => one * one));
const divisorOf = (one, two) => (two === 0n ? (one < 0n ? -one : one) : divisorOf(two, one % two));
const leastOf = values => values.reduce((so, one) => (one < so ? one : so));

/** What a sum of squares can be (theorem 3). */
class Possible {
  constructor(base, writs) {
    this.squares = squaresOf(base.flat());
    this.apart = base.flatMap(row => row.map((e, k) => e - base[0][k])).reduce(divisorOf, 1000n);
    this.rest = sumOf(base[0].map((e, k) => (e + 500n) * writs[k]));
  }

  least(bound) {
    const units = -floored(this.squares - bound, 2000n), more = (this.rest - units) % this.apart;
    return this.squares + 2000n * (units + (more < 0n ? more + this.apart : more));
  }
}

/**
 * A part's enforcers by id, its pools by theirs.
 *
 * base: excess in thousandths before any free bundle. reached: both objectives of the result. single: writs of one of each
 * pool and category; longer: by `pool counts`, bundles of two and more. supplied: pools and categories that have a price.
 */
class Numbered {
  constructor(part) {
    const place = new Map(part.who.map((who, j) => [who, j])), got = gotIn(part.bundles);
    const pools = [...new Map(part.bundles.map(bundle => [bundle.pool, bundle.members]))].sort(([one], [two]) => compared(one, two));
    const number = new Map(pools.map(([name], p) => [name, p]));
    this.base = part.who.map(who => COUNTED_BY.map(category => BigInt(part.base.get(cellOf(who, category)))));
    const after = part.who.map((who, j) => this.base[j].map((e, k) => e + 1000n * BigInt(got.at(cellOf(who, COUNTED_BY[k])))));
    this.reached = [squaresOf(after.flat()), squaresOf(after.map(sumOf))];
    this.pools = pools.map(([, members]) => members.map(who => place.get(who)));
    this.single = pools.map(() => COUNTED_BY.map(() => 0n));
    this.writs = COUNTED_BY.map(() => 0n);
    this.longer = new Map();
    const supplied = pools.map(() => COUNTED_BY.map(() => false));
    for (const bundle of part.bundles) {
      const p = number.get(bundle.pool), counts = countsOf(bundle), key = `${p} ${counts}`;
      counts.forEach((count, k) => {
        this.writs[k] += BigInt(count);
        if (count) supplied[p][k] = true;
        if (count && bundle.writs.length === 1) this.single[p][k] += 1n;
      });
      if (bundle.writs.length > 1) this.longer.set(key, {p, counts, many: (this.longer.get(key)?.many ?? 0n) + 1n});
    }
    this.supplied = supplied.flatMap((row, p) => row.flatMap((any, k) => (any ? [[p, k]] : [])));
    this.possible = [new Possible(this.base, this.writs), new Possible(this.base.map(row => [sumOf(row)]), [sumOf(this.writs)])];
    this.stands = this.base.map((_, j) => this.pools.flatMap((members, p) => (members.includes(j) ? [p] : [])));
    this.alike = this.base.map((row, j) => `${row} in ${this.stands[j]}`);
  }

  /** The second objective where the first is so much (theorem 5): all writs are of one category, and all have the rest alike. */
  follows(first) {
    const given = COUNTED_BY.flatMap((_, k) => (this.writs[k] ? [k] : [])), k = given[0];
    const others = this.base.map(row => row.filter((_, n) => n !== k)), rest = others.map(sumOf), r = rest[0];
    if (given.length !== 1 || rest.some(one => one !== r)) throw new NoProof(mark("nothing bounds the second objective"));
    const excess = sumOf(this.base.map(row => row[k])) + 1000n * this.writs[k];
    return first - squaresOf(others.flat()) + 2n * r * excess + BigInt(rest.length) * r * r;
  }
}
