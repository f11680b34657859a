// Bundles of two and more (docs/lot.md, point b), when it is settled how many writs everyone gets: one after the other to
// whom its numbers put first among those with whom all others can still be given. Whether they can is asked of single
// writs: where in the end every bundle has found its place, that was the right question.

async function checkBundles(seed, long, part, found) {
  if (!long.length) return;
  const turns = await turnsOf(seed, long);
  let due = handedOut(turns, sentOf(part.bundles));
  if (due === null) {
    due = handedAmongAlike(turns);
    found.open("lot", null, mark("which of its bundles goes to whom: only those alike were dealt again"));
  }
  for (const bundle of long) if (bundle.enforcer !== due.get(bundle)) tellGiven(bundle, due.get(bundle), found);
}

/** Bundles as they take their turns, most writs first: [bundle, members in the order of its numbers]. */
async function turnsOf(seed, long) {
  const places = await digestOf(long.map(bundle => `${seed}:writ:${bundle.id}`));
  const own = bundle => places.get(`${seed}:writ:${bundle.id}`);
  const numbers = await digestOf(long.flatMap(bundle => bundle.members.map(who => `${own(bundle)}:${who}`)));
  const inOrder = [...long].sort((one, two) => two.writs.length - one.writs.length || compared(own(one), own(two)));
  return inOrder.map(bundle => {
    const number = who => numbers.get(`${own(bundle)}:${who}`);
    return [bundle, [...bundle.members].sort((one, two) => compared(number(one), number(two)))];
  });
}

function handedOut(turns, sent) {
  const kinds = CATEGORIES.map(category => new Exchange([...sent.values()].filter(one => one.category === category)));
  const out = new Map();
  for (const [bundle, members] of turns) {
    const needs = [...bundle.counts.entries()].filter(([, writs]) => writs);
    const who = members.find(one => needs.every(([n, writs]) => kinds[n].bring(bundle.pool, one, writs)));
    if (who === undefined) return null;
    out.set(bundle, who);
    for (const [n, writs] of needs) kinds[n].has(bundle.pool).add(who, -writs);
  }
  return out;
}

/** The same when it is taken as told how many of those alike everyone gets. */
function handedAmongAlike(turns) {
  const left = new Tally(), key = (bundle, who) => `${bundle.pool} ${bundle.counts} ${who}`, out = new Map();
  for (const [bundle] of turns) left.add(key(bundle, bundle.enforcer), 1);
  for (const [bundle, members] of turns) {
    const who = members.find(one => left.at(key(bundle, one)));
    left.add(key(bundle, who), -1);
    out.set(bundle, who);
  }
  return out;
}

/** Writs of one category that no bundle holds yet: how many of each pool are with whom. */
class Exchange {
  constructor(sent) {
    this.of = new Map(sent.map(({pool, members, to}) => [pool, {members, to: new Tally(to)}]));
    this.none = {members: [], to: new Tally()};
  }

  has(pool) {
    return (this.of.get(pool) ?? this.none).to;
  }

  /** Exchange writs, each for one of another pool, until so many are with him; whether that can be. */
  bring(pool, who, writs) {
    while (this.has(pool).at(who) < writs) {
      const chain = this.chain(pool, who);
      if (chain === null) return false;
      for (const [its, giver, taker] of chain) {
        this.has(its).add(giver, -1);
        this.has(its).add(taker, 1);
      }
    }
    return true;
  }

  /** Who gives a writ of which pool to whom, so that he has one of the pool more and everyone as many as before. */
  chain(pool, who) {
    const gave = new Map(), asked = new Set([pool]), open = [who];
    while (open.length) {
      let giver = open.pop();
      if (giver !== who && this.has(pool).at(giver)) {
        const chain = [[pool, giver, who]];
        while (giver !== who) {
          const [its, before] = gave.get(giver);
          chain.push([its, before, giver]);
          giver = before;
        }
        return chain;
      }
      for (const [its, {members, to}] of this.of) {
        if (asked.has(its) || !to.at(giver)) continue;
        asked.add(its);
        for (const taker of members) {
          if (taker === who || gave.has(taker)) continue;
          gave.set(taker, [its, giver]);
          open.push(taker);
        }
      }
    }
    return null;
  }
}
