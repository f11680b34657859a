// The certificate of a batch (docs/certificate.md): whole numbers that prove how even each part could be. Whatever stands
// there, the bounds reckoned from it are true: what was changed proves less than it says, or is a proof all the same.
// Only trees of prices (theorems 1 to 3) are checked here: the others are named as not checked.

const NODES_DEEP = 400;
// Categories in the order of the contract, in which certificates count them.
const COUNTED_BY = WORDS.order;
const PLACES = COUNTED_BY.map(category => CATEGORIES.indexOf(category));
const countsOf = bundle => PLACES.map(place => bundle.counts[place]);

class NoProof extends Error {
  constructor(sentence, values = {}) {
    super(sentence);
    this.sentence = sentence;
    this.values = values;
  }
}

/** Parts of which the certificate proves that nothing is more even; findings where it proves nothing. */
function certified(line, parts, found) {
  const out = new Set(), told = line.certificate;
  if (told === null) return out;
  const due = [...parts].sort((one, two) => compared(one.who[0], two.who[0])), listed = told?.components;
  const named = Array.isArray(listed) && told.version === 1 && listed.length === due.length;
  if (!named || !listed.every((own, n) => own?.enforcer === due[n].who[0])) {
    found.broken("certificate", null, mark("is not of version 1, or of other components"));
    return out;
  }
  listed.forEach((own, n) => {
    const where = {subject: due[n].name};
    try {
      if (!Array.isArray(own.bounds) || own.bounds.length !== 2) throw new NoProof(mark("says no bounds"));
      const bounds = wholes(own.bounds, 2), proof = new Proof(due[n], bounds);
      if (!("tree" in own)) {
        if ("sets" in own || "counts" in own) {
          line.unread = true;
          found.open("certificate", where, mark("what sets of whole bundles, or their number, prove of it is not checked here"));
        }
        return;
      }
      proof.node(own.tree, proof.start, [null, null], 0);
      if (bounds[0] === proof.reached[0] && bounds[1] === proof.reached[1]) out.add(due[n]);
    } catch (none) {
      if (!(none instanceof NoProof)) throw none;
      found.broken("certificate", where, none.sentence, none.values);
    }
  });
  return out;
}

const isInteger = value => typeof value === "bigint" || Number.isSafeInteger(value);

function wholes(value, length) {
  if (!Array.isArray(value) || value.length !== length || !value.every(isInteger)) {
    throw new NoProof(mark("its prices are not one whole number for each"));
  }
  return value.map(BigInt);
}

/** A bundle's writs of each category; one that came later stands last, and earlier certificates have no number of it. */
function paddedWrits(value) {
  const later = Array.isArray(value) ? Math.max(0, COUNTED_BY.length - value.length) : 0;
  return wholes(later ? [...value, ...Array(later).fill(0)] : value, COUNTED_BY.length);
}

const floored = (value, by) => value / by - (value % by !== 0n && value < 0n ? 1n : 0n);
const sumOf = values => values.reduce((sum, one) => sum + one, 0n);
const divisorOf = (one, two) => (two === 0n ? (one < 0n ? -one : one) : divisorOf(two, one % two));

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

/** What a sum of squares can be (theorem 3). */
class Possible {
  constructor(base, writs) {
    this.squares = sumOf(base.flat().map(e => e * e));
    this.apart = base.flatMap(row => row.map((e, k) => e - base[0][k])).reduce(divisorOf, 1000n);
    this.rest = sumOf(base[0].map((e, k) => (e + 500n) * writs[k]));
  }

  least(bound) {
    const units = -floored(this.squares - bound, 2000n), more = (this.rest - units) % this.apart;
    return this.squares + 2000n * (units + (more < 0n ? more + this.apart : more));
  }
}

/** One part: its enforcers by id, its pools by theirs, and what is to be proven of it. */
class Proof {
  constructor(part, bounds) {
    const place = new Map(part.who.map((who, j) => [who, j])), got = gotIn(part.bundles);
    const pools = [...new Map(part.bundles.map(bundle => [bundle.pool, bundle.members]))].sort(([one], [two]) => compared(one, two));
    const number = new Map(pools.map(([name], p) => [name, p])), writs = COUNTED_BY.map(() => 0n), left = new Map();
    const base = part.who.map(who => COUNTED_BY.map(category => BigInt(part.base.get(cellOf(who, category)))));
    const after = part.who.map((who, j) => base[j].map((e, k) => e + 1000n * BigInt(got.at(cellOf(who, COUNTED_BY[k])))));
    this.bounds = bounds;
    this.reached = [sumOf(after.flat().map(e => e * e)), sumOf(after.map(row => sumOf(row) ** 2n))];
    this.pools = pools.map(([, members]) => members.map(who => place.get(who)));
    this.single = pools.map(() => COUNTED_BY.map(() => 0n));
    const supplied = pools.map(() => COUNTED_BY.map(() => false));
    for (const bundle of part.bundles) {
      const p = number.get(bundle.pool), counts = countsOf(bundle), key = `${p} ${counts}`;
      counts.forEach((count, k) => {
        writs[k] += BigInt(count);
        if (count) supplied[p][k] = true;
        if (count && bundle.writs.length === 1) this.single[p][k] += 1n;
      });
      if (bundle.writs.length > 1) left.set(key, {p, counts, many: (left.get(key)?.many ?? 0n) + 1n});
    }
    this.supplied = supplied.flatMap((row, p) => row.flatMap((any, k) => (any ? [[p, k]] : [])));
    this.possible = [new Possible(base, writs), new Possible(base.map(row => [sumOf(row)]), [sumOf(writs)])];
    const stands = base.map((_, j) => this.pools.flatMap((members, p) => (members.includes(j) ? [p] : [])));
    this.alike = base.map((row, j) => `${row} in ${stands[j]}`);
    this.start = {base, left, shut: new Set(), touched: new Set()};
  }

  node(node, now, [above, over], depth) {
    if (node === null || typeof node !== "object" || Array.isArray(node) || depth > NODES_DEEP) throw new NoProof(mark("a node is none, or too deep"));
    const first = "first" in node ? node.first : above, second = "second" in node ? node.second : over;
    if ("to" in node) {
      for (const [child, its] of this.cases(node, now)) this.node(child, its, [first, second], depth + 1);
      return;
    }
    const one = this.bound(now, 1n, wholes(first, this.supplied.length), null);
    if (one === null) return;
    const squares = sumOf(now.base.flat().map(e => e * e)), value = this.possible[0].least(squares + 2000n * one);
    if (value < this.bounds[0]) throw new NoProof(mark("its prices prove less than it says"));
    if (value > this.reached[0]) return;
    if (second === null || typeof second !== "object" || !isInteger(second.weight) || second.weight < 1) {
      throw new NoProof(mark("nothing bounds the second objective"));
    }
    const weight = BigInt(second.weight);
    const both = this.bound(now, weight, wholes(second.pools, this.supplied.length), wholes(second.enforcers, now.base.length));
    if (both === null) return;
    const rest = both - weight * floored(this.reached[0] - squares, 2000n);
    const least = this.possible[1].least(sumOf(now.base.map(row => sumOf(row) ** 2n)) + 2000n * rest);
    if (least < this.bounds[1]) throw new NoProof(mark("its prices prove less than it says"));
  }

  /** One bundle at each member of its pool in turn. */
  cases(node, now) {
    const {pool, to, then} = node, counts = paddedWrits(node.writs), bundle = now.left.get(`${pool} ${counts}`);
    if (!isInteger(pool) || !bundle || !bundle.many) throw new NoProof(mark("a bundle that is not there is put somewhere"));
    if (!Array.isArray(to) || !Array.isArray(then) || to.length !== then.length) throw new NoProof(mark("not a case for each member"));
    const key = `${pool} ${counts}`, members = this.pools[pool], left = new Map(now.left);
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
        for (const i of members) if (!now.touched.has(i) && this.alike[i] === this.alike[j]) closed.add(i);
      }
      return [then[n], its];
    });
    if (!members.every(j => closed.has(j))) throw new NoProof(mark("a member of a pool is left out"));
    return out;
  }

  /** Theorem 1, in units of 2000 above the squares of what is there; null where a bundle has nowhere to go. */
  bound(now, weight, prices, totals) {
    const price = now.base.map(() => []);
    this.supplied.forEach(([p, k], n) => {
      for (const j of this.pools[p]) if (price[j][k] === undefined || price[j][k] < prices[n]) price[j][k] = prices[n];
    });
    const cell = price.map((row, j) => row.map((own, k) => new Level(weight, now.base[j][k], own - (totals ? totals[j] : 0n))));
    const total = totals ? totals.map((own, j) => new Level(1n, sumOf(now.base[j]), own)) : null;
    const least = values => values.reduce((so, one) => (one < so ? one : so));
    // Where no pool of an enforcer has writs of a category there is no price, which `map` and `flat` pass over.
    let out = sumOf(cell.flatMap(row => row.map(level => level.floor)).filter(floor => floor !== undefined));
    if (total) out += sumOf(total.map(level => level.floor));
    this.single.forEach((row, p) => row.forEach((many, k) => {
      if (many) out += many * least(this.pools[p].map(j => price[j][k]));
    }));
    for (const [key, {p, counts, many}] of now.left) {
      if (!many) continue;
      const held = counts.flatMap((count, k) => (count ? [[k, BigInt(count)]] : [])), size = sumOf(held.map(([, count]) => count));
      const costs = this.pools[p].filter(j => !now.shut.has(`${key} ${j}`)).map(j =>
        sumOf(held.map(([k, count]) => count * price[j][k] + cell[j][k].above(count))) + (total ? total[j].above(size) : 0n));
      if (!costs.length) return null;
      out += many * least(costs);
    }
    return out;
  }
}
