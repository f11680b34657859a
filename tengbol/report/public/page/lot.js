// The lot of one batch (docs/lot.md): nothing as even comes before what is told, part by part of the enforcers who are
// joined by pools. What would need a search, bundles of several writs moved elsewhere, is named as not checked here; that
// nothing is more even is proven by the certificate where there is one (certificate.js).

const COUNTED = 1000;
const HALF = 500;

class Tally extends Map {
  at(key) {
    return this.get(key) ?? 0;
  }

  add(key, count) {
    this.set(key, this.at(key) + count);
  }
}

async function checkLot(line, bundles, found) {
  const free = bundles.filter(bundle => !bundle.bound);
  const parts = partsOf(free, line.excess);
  const proven = certified(line, parts, found);
  line.proven = parts.every(part => proven.has(part));
  for (const part of parts) {
    try {
      await checkPart(line, part, proven.has(part), found);
    } catch (large) {
      if (!(large instanceof TooLarge)) throw large;
      found.open("lot", {subject: part.name}, mark("its numbers are too large to be added up here"));
    }
  }
  if (line.lotVersion === 1) {
    await dealAgain(line.seed, free, found);
    if (free.some(bundle => bundle.members.length > 1)) {
      found.open("lot", null, mark("how many each got, among choices as even, follows from a search of version 0.1.0, which was not repeated"));
    }
  } else if (!found.anyBroken("lot")) {
    await dealAgain(line.seed, free.filter(bundle => bundle.writs.length === 1), found);
  }
}

/** Enforcers joined by pools of free bundles: {name, bundles, base}, the excess of each cell without the free writs. */
function partsOf(free, excess) {
  const root = new Map();
  const rootOf = who => {
    if (!root.has(who)) root.set(who, who);
    while (root.get(who) !== who) {
      root.set(who, root.get(root.get(who)));
      who = root.get(who);
    }
    return who;
  };
  for (const {members} of free) for (const who of members) root.set(rootOf(who), rootOf(members[0]));
  const parts = new Map();
  for (const bundle of free) {
    const key = rootOf(bundle.members[0]);
    if (!parts.has(key)) parts.set(key, {bundles: [], who: []});
    parts.get(key).bundles.push(bundle);
  }
  for (const who of [...root.keys()].sort(compared)) parts.get(rootOf(who)).who.push(who);
  return [...parts.values()].map(({bundles, who}) => {
    const got = gotIn(bundles), base = new Map();
    for (const one of who) {
      for (const category of CATEGORIES) {
        const cell = cellOf(one, category), value = Number(excess.get(cell));
        if (!Number.isSafeInteger(value * 2)) throw new TooLarge();
        base.set(cell, value - COUNTED * got.at(cell));
      }
    }
    return {who, name: who.length > 1 ? `${who[0]} +${who.length - 1}` : who[0], bundles, base};
  });
}

function gotIn(bundles) {
  const got = new Tally();
  for (const {counts, enforcer} of bundles) {
    counts.forEach((writs, n) => { if (writs) got.add(cellOf(enforcer, CATEGORIES[n]), writs); });
  }
  return got;
}

async function checkPart(line, part, proven, found) {
  const where = {subject: part.name}, numbered = line.lotVersion !== 1;
  const long = part.bundles.filter(bundle => bundle.writs.length > 1);
  const single = part.bundles.filter(bundle => bundle.writs.length === 1);
  // With bundles taken apart, nothing goes round where the result is right and they leave it the choice. Where something
  // does, they are held: what goes round then is better beyond doubt, and if nothing does, it is not shown either way.
  let less = await ofCells(line.seed, sentOf(part.bundles), part.base, new Tally(), numbered);
  if (less !== null && long.length) {
    less = await ofCells(line.seed, sentOf(single), part.base, gotIn(long), numbered);
    if (less === null && proven) {
      found.open("lot", null, mark("whether something as even, with bundles of several writs elsewhere, comes first in the lot"));
    } else if (less === null) {
      found.open("evenness", null, mark("whether something more even, or as even and first in the lot, would have bundles of several writs elsewhere"));
    }
  }
  if (less === 0 || less === 1) tellMoreEven(line, less, where, found);
  if (less === 2) {
    found.broken("lot", where, mark("another choice of how many each gets is as even and comes first in the lot"));
    return;
  }
  if (!numbered) return;
  await checkBundles(line.seed, long, part, found);
  if (await ofPools(line.seed, sentOf(single)) !== null) {
    found.broken("lot", where, mark("the same numbers of writs from other pools come first in the lot"));
  }
}

function tellMoreEven(line, less, where, found) {
  const claimed = line.status === "optimal" && (less === 0 || line.status_total === "optimal");
  if (claimed) found.broken(CLAIMS[less][0], where, mark("something more even exists, and it is told that nothing is"));
  else found.open(CLAIMS[less][0], where, mark("something more even exists, and it is not told that nothing is"));
}

/** What of each pool and category goes to whom: {pool, members, category, to} by pool and category. */
function sentOf(bundles) {
  const out = new Map();
  for (const {pool, members, counts, enforcer} of bundles) {
    counts.forEach((writs, n) => {
      if (!writs) return;
      const category = CATEGORIES[n], key = `${pool}\t${category}`;
      if (!out.has(key)) out.set(key, {key, pool, members, category, to: new Tally()});
      out.get(key).to.add(enforcer, writs);
    });
  }
  return out;
}

/** Point a: whether giving somebody more or less of a category comes before what is told. held: writs that stay. */
async function ofCells(seed, sent, base, held, numbered) {
  const graph = new Graph(), got = new Tally(held), given = new Tally(), reached = new Map(), all = new Tally();
  for (const {category, to} of sent.values()) for (const [who, writs] of to) got.add(cellOf(who, category), writs);
  for (const {key, members, category, to} of sent.values()) {
    for (const who of members) {
      const cell = cellOf(who, category), here = to.at(who);
      reached.set(cell, [who, category]);
      given.add(cell, here);
      graph.add(`pool ${key}`, `cell ${cell}`, null, 1, 0, 0);
      if (here) graph.add(`cell ${cell}`, `pool ${key}`, null, -1, 0, 0);
    }
  }
  for (const [cell, excess] of base) all.add(cell.split("\t")[0], excess + COUNTED * got.at(cell));
  const taken = new Set(), people = new Set();
  for (const [cell, [who, category]] of reached) {
    const step = base.get(cell) + COUNTED * got.at(cell) + HALF, thing = `${seed}:${category}:${who}`;
    people.add(who);
    graph.add(`cell ${cell}`, `who ${who}`, thing, 1, step, 0);
    if (given.at(cell)) {
      graph.add(`who ${who}`, `cell ${cell}`, thing, -1, COUNTED - step, 0);
      taken.add(who);
    }
  }
  for (const who of people) {
    const step = all.at(who) + HALF;
    graph.add(`who ${who}`, "all", null, 1, 0, step);
    if (taken.has(who)) graph.add("all", `who ${who}`, null, -1, 0, COUNTED - step);
  }
  return graph.less(numbered);
}

/** Point c: whether the same from other pools comes before what is told: more even of each pool, or lower numbers. */
async function ofPools(seed, sent) {
  const graph = new Graph(), got = new Tally(), feeds = new Tally();
  for (const {category, to} of sent.values()) for (const [who, writs] of to) got.add(cellOf(who, category), writs);
  for (const {members, category} of sent.values()) {
    for (const who of members) if (got.at(cellOf(who, category))) feeds.add(cellOf(who, category), 1);
  }
  for (const {key, pool, members, category, to} of sent.values()) {
    for (const who of members) {
      const cell = cellOf(who, category), here = to.at(who), thing = `${seed}:${pool}:${category}:${who}`;
      if (feeds.at(cell) < 2) continue;
      graph.add(`pool ${key}`, `cell ${cell}`, thing, 1, 2 * here + 1, 0);
      if (here) graph.add(`cell ${cell}`, `pool ${key}`, thing, -1, 1 - 2 * here, 0);
    }
  }
  return graph.less();
}

/** Point d, and all of version 1: bundles alike go, as many to each as he got, in the order of their hashes. */
async function dealAgain(seed, bundles, found) {
  const alike = new Map();
  for (const bundle of bundles) {
    const key = `${bundle.pool} ${bundle.counts}`;
    if (!alike.has(key)) alike.set(key, []);
    alike.get(key).push(bundle);
  }
  const writ = bundle => `${seed}:writ:${bundle.id}`, enforcer = bundle => `${seed}:enforcer:${bundle.enforcer}`;
  const places = await digestOf(bundles.flatMap(bundle => [writ(bundle), enforcer(bundle)]));
  const inOrder = (members, text) => [...members].sort((one, two) => compared(places.get(text(one)), places.get(text(two))));
  for (const members of alike.values()) {
    const due = inOrder(members, enforcer);
    inOrder(members, writ).forEach((bundle, n) => {
      if (bundle.enforcer !== due[n].enforcer) tellGiven(bundle, due[n].enforcer, found);
    });
  }
}

function tellGiven(bundle, due, found) {
  const values = {who: bundle.enforcer, due};
  found.broken("lot", {subject: bundle.id}, mark("went to {who}; the lot gives it to {due}"), values);
}
