// One batch: pools, bundles, balances and both objectives, all from what the file says.

const WRIT = 10n ** 9n;
const MILLIONTHS = 10n ** 6n;
const cellOf = (enforcer, category) => `${enforcer}\t${category}`;
const NOTHING = {received: 0n, share: 0n};

/** Balances by cell: what an enforcer received in a category, and his share in billionths. */
class Balances extends Map {
  at(cell) {
    return this.get(cell) ?? NOTHING;
  }

  add(cell, received, share) {
    const now = this.at(cell);
    this.set(cell, {received: now.received + received, share: now.share + share});
  }

  static of(rows) {
    const out = new Balances();
    for (const [who, category, received, share] of rows) {
      out.set(cellOf(who, category), {received: BigInt(received), share: BigInt(share)});
    }
    return out;
  }
}

/** Who stands in a pool of the batch or receives a writ in it, sorted. */
function concernedIn(line) {
  const who = new Set(Object.values(line.pools).flat());
  for (const row of line.assignments) who.add(row.enforcer);
  return [...who].sort(compared);
}

async function checkPools(line, found) {
  const names = Object.keys(line.pools), used = new Set(line.assignments.map(row => row.pool));
  const sorted = names.map(name => [...new Set(line.pools[name])].sort(compared));
  const due = await digests(names.map(name => [...line.pools[name]].sort(compared).join("\n")));
  names.forEach((name, n) => {
    if (canonical(sorted[n]) !== canonical(line.pools[name])) {
      found.broken("pools", {subject: name}, mark("its members are not sorted, each once"));
    }
    if (due[n].slice(0, 16) !== name) found.broken("pools", {subject: name}, mark("its members are not those of its name"));
    if (!used.has(name)) found.broken("pools", {subject: name}, mark("no writ was distributed in it"));
    // Members share alike; whether a rule ever asks for other parts this page cannot know.
    if (line.parts[name]) found.open("pools", {subject: name}, mark("its members have unequal parts of a writ, for which nothing here speaks"));
  });
}

/** Writs put together into bundles: {id, writs, counts, pool, enforcer, bound}. */
function bundlesOf(line, found) {
  const seen = new Set(line.unassigned.map(row => row.writ)), rowsOfBundle = new Map();
  for (const row of line.assignments) {
    if (seen.has(row.writ)) found.broken("writs", {subject: row.writ}, mark("is there twice"));
    seen.add(row.writ);
    const id = row.bundle ?? row.writ;
    if (!rowsOfBundle.has(id)) rowsOfBundle.set(id, []);
    rowsOfBundle.get(id).push(row);
  }
  const out = [];
  for (const [id, rows] of rowsOfBundle) {
    const {basis, pool, enforcer} = rows[0], where = {subject: id};
    const named = rows.every(row => row.bundle === (rows.length === 1 ? null : id));
    if (!named || !rows.some(row => row.writ === id)) {
      found.broken("bundles", where, mark("does not go by one of its writs, or says of one writ that it is many"));
    }
    const same = ["district", "basis", "pool", "enforcer"].every(name => rows.every(row => row[name] === rows[0][name]));
    if (!same) found.broken("bundles", where, mark("its writs have several districts, bases, pools or enforcers"));
    const members = line.pools[pool], bound = BOUND.includes(basis);
    if (!members) {
      found.broken("pools", {subject: pool}, mark("{writ} was distributed in it, and its members are not told"), {writ: id});
      continue;
    }
    if (!bound && !members.includes(enforcer)) {
      found.broken("pools", where, mark("went to {who}, who does not stand in its pool"), {who: enforcer});
    }
    const counts = CATEGORIES.map(category => rows.filter(row => row.category === category).length);
    out.push({id, writs: rows.map(row => row.writ), counts, pool, members, enforcer, bound});
  }
  return out;
}

/** Balances that a batch opened with: those before it, with what is told to have been changed since. */
async function openedWith(line, before, past, found) {
  past.correct(line, found);
  const opened = new Balances(before), concerned = concernedIn(line), there = new Set(concerned), anew = new Set();
  for (const [who, category, received, share] of line.anew) {
    const cell = cellOf(who, category), now = opened.at(cell), told = {received: BigInt(received), share: BigInt(share)};
    const same = (balance, more) => balance.received + more.received === told.received && balance.share + more.share === told.share;
    if (!there.has(who) || same(now, NOTHING)) {
      found.broken("balances", {subject: who}, mark("is told to have been set anew in {category}, which is not so, or not of this batch"), {category});
    }
    if (!same(now, past.settle(cell))) anew.add(who);
    opened.set(cell, told);
  }
  for (const who of concerned) {
    for (const category of CATEGORIES) {
      const due = past.settle(cellOf(who, category));
      if (due.received !== 0n || due.share !== 0n) {
        found.broken("balances", {subject: who}, mark("a correction changed {category}, and the batch did not open with that"), {category});
      }
    }
  }
  if (anew.size) {
    const names = [...anew].sort(compared);
    found.open("balances", null, mark("balances were set anew before it, of {who}; the file cannot show why"), {who: someOf(names)});
  }
  const rows = [];
  for (const who of concerned) {
    for (const category of [...CATEGORIES].sort(compared)) {
      const {received, share} = opened.at(cellOf(who, category));
      if (received !== 0n || share !== 0n) rows.push([who, category, received, share]);
    }
  }
  if (await hashed(canonical(rows)) !== line.opening) {
    found.broken("balances", null, mark("it did not open with the balances that came before it"));
  }
  return opened;
}

const someOf = names => names.slice(0, 3).join(", ") + (names.length > 3 ? ` +${names.length - 3}` : "");

/** Every writ is received by one and shared by its pool, to each member his part. */
function closedWith(opened, bundles, line) {
  const after = new Balances(opened);
  for (const {counts, pool, enforcer} of bundles) {
    const parts = portionsOf(line, pool);
    counts.forEach((writs, n) => {
      if (!writs) return;
      after.add(cellOf(enforcer, CATEGORIES[n]), BigInt(writs), 0n);
      for (const [who, part] of parts) after.add(cellOf(who, CATEGORIES[n]), 0n, BigInt(writs) * part);
    });
  }
  return after;
}

/** Excess in thousandths of a writ, half to even. */
function thousandths({received, share}) {
  const exact = received * WRIT - share, sign = exact < 0n ? -1n : 1n;
  const whole = (exact * sign) / MILLIONTHS, rest = (exact * sign) % MILLIONTHS;
  const up = 2n * rest > MILLIONTHS || (2n * rest === MILLIONTHS && whole % 2n === 1n);
  return sign * (whole + (up ? 1n : 0n));
}

/** Excess by cell of everyone concerned. */
function excessAfter(line, after) {
  const out = new Map();
  for (const who of concernedIn(line)) {
    for (const category of CATEGORIES) out.set(cellOf(who, category), thousandths(after.at(cellOf(who, category))));
  }
  return out;
}

/** The sum of squares of excess, and that of the squares of each enforcer's sum. */
function objectivesOf(excess) {
  const total = new Map();
  let first = 0n, second = 0n;
  for (const [cell, value] of excess) {
    const who = cell.split("\t")[0];
    total.set(who, (total.get(who) ?? 0n) + value);
    first += value * value;
  }
  for (const value of total.values()) second += value * value;
  return [first, second];
}

const CLAIMS = [["optimality", "objective", "lower_bound", "status"], ["optimality_total", "objective_total", "lower_bound_total", "status_total"]];

function checkObjectives(line, excess, found) {
  objectivesOf(excess).forEach((due, n) => {
    const [check, key, bound, status] = CLAIMS[n], told = BigInt(line[key]), lower = BigInt(line[bound]);
    if (told !== due) {
      found.broken("objective", {subject: key}, mark("is {told}; the assignments give {due}"), {told: squared(told), due: squared(due)});
    }
    if (line[status] !== (told === lower ? "optimal" : "feasible")) {
      found.broken("status", {subject: status}, mark("does not say what objective and bound say"));
    }
    if (lower > told || lower > due) {
      found.broken(check, {subject: bound}, mark("is {lower}, above the objective"), {lower: squared(lower)});
    }
    if (line[status] !== "optimal") {
      found.open(check, null, mark("nothing shows that it is as even as can be: its own bound is below what it reaches"));
    }
  });
}

/** Squared thousandths as squared writs. */
const squared = value => `${value / MILLIONTHS}.${String(value % MILLIONTHS).padStart(6, "0")}`;

/** Everything within one batch; what it closes with. */
async function checkBatch(line, before, past, found) {
  await checkPools(line, found);
  const bundles = bundlesOf(line, found);
  const opened = await openedWith(line, before, past, found), after = closedWith(opened, bundles, line);
  past.give(line);
  const lawful = !found.anyBroken();
  line.excess = excessAfter(line, after);
  checkObjectives(line, line.excess, found);
  if (lawful) await checkLot(line, bundles, found);
  else found.open("lot", null, mark("evenness and lot were not looked at, since the batch breaks what comes before them"));
  return after;
}
