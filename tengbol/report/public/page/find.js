// What a party sees of his writ by its public id, and an enforcer of his line.

/** Each batch in which a writ stands: {line, row} where it was given, {line, code} where it waits. */
async function placesOf(lines, writ) {
  const out = [];
  for (const line of lines) {
    const waits = line.unassigned.find(row => row.writ === writ), row = line.assignments.find(one => one.writ === writ);
    if (waits) out.push({line, code: waits.code});
    if (row) out.push(await givenPlace(line, row));
  }
  return out;
}

async function givenPlace(line, row) {
  const id = row.bundle ?? row.writ, own = line.assignments.filter(one => (one.bundle ?? one.writ) === id);
  const counts = CATEGORIES.map(category => own.filter(one => one.category === category).length);
  const bound = BOUND.includes(row.basis), members = line.pools[row.pool] ?? [];
  const alike = bundlesOf(line, new Findings()).filter(one => !one.bound && one.pool === row.pool && String(one.counts) === String(counts));
  const texts = members.map(who => `${line.seed}:${row.category}:${who}`), starts = `${line.seed}:writ:${id}`;
  const start = await hashed(starts);
  const numbers = await digests(own.length > 1 ? members.map(who => `${start}:${who}`) : texts);
  const prices = members.map((who, n) => ({
    who, number: numbers[n].slice(0, 10), has: who === row.enforcer,
    change: bound ? null : priceOf(line.excess, counts, row.enforcer, who),
  }));
  return {line, row, own, bound, alike: alike.length, drawn: starts, prices};
}

/** Change of both objectives, squared thousandths, had another got it and all else been as it is. */
function priceOf(excess, counts, holder, other) {
  if (holder === other) return [0n, 0n];
  let first = 0n, gaps = 0n, writs = 0n;
  CATEGORIES.forEach((category, n) => {
    const gap = excess.get(cellOf(other, category)) - excess.get(cellOf(holder, category)), more = 1000n * BigInt(counts[n]);
    first += 2n * more * (more + gap);
    gaps += gap;
    writs += more;
  });
  return [first, 2n * writs * (writs + gaps)];
}

/** An enforcer's line: {rows} pool by pool, and {last}, the balances that he has at the end; null where he is nowhere. */
function lineOfEnforcer(lines, who) {
  const rows = [];
  let last = null;
  for (const line of lines) {
    const per = new Map();
    for (const row of line.assignments) {
      const members = line.pools[row.pool] ?? [], stands = members.includes(who);
      if (!stands && row.enforcer !== who) continue;
      if (!per.has(row.pool)) per.set(row.pool, {line, pool: row.pool, members, writs: 0, got: 0, bound: 0, share: 0n});
      const here = per.get(row.pool);
      here.writs++;
      here.got += row.enforcer === who ? 1 : 0;
      here.bound += row.enforcer === who && BOUND.includes(row.basis) ? 1 : 0;
      if (stands) here.share += portionsOf(line, row.pool)[members.indexOf(who)][1];
    }
    rows.push(...per.values());
    if (per.size) last = line;
  }
  if (!last) return null;
  const cells = CATEGORIES.map(category => ({category, ...last.after.at(cellOf(who, category))}));
  return {rows, cells, last};
}
