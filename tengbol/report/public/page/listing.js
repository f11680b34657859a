// What an enforcer could hold of whole bundles, and the least that costs (docs/certificate.md, theorem 4).
//
// The cost of "at least so many writs" is convex, so a bundle adds the more to a set, the more the set already has. Hence
// the cheapest set is reached by bundles each of which saves something, and each set within some room of it by bundles
// each of which costs no more than that. Bundles are added in the order of their kinds, so that each set is met once.

/** Pairs of a set and a bundle that are looked at in one part, and sets that writs are added to. */
const STEPS_MOST = 2_000_000;
/** What no number may come to, so that the sum of two is held exactly; `verify` goes further, never less far. */
const EXACT = 2 ** 52;

class Steps {
  constructor() {
    this.left = STEPS_MOST;
  }

  take(number) {
    this.left -= number;
    if (this.left < 0) throw new TooMuch();
  }
}

const noLarger = size => { if (!(Math.abs(size) <= EXACT)) throw new TooMuch(); };
const largestOf = values => values.reduce((so, one) => Math.max(so, Math.abs(one)), 0);

/** A whole number that calculates fast; where it is too large, nothing is said. */
function small(value) {
  noLarger(Number(value));
  return Number(value);
}

/**
 * Sets of some enforcers at some prices.
 *
 * scale: of the cost e·x + 500x² of a cell. bundle: a price for each kind. kinds: {counts, many} of whole bundles. groups:
 * of enforcers alike, {e, price, fills, open}: excess, price of a writ apart and whether any can come, by category; and the
 * kinds that they may receive.
 */
class Listing {
  constructor(scale, bundle, kinds, groups, steps) {
    Object.assign(this, {scale, bundle, kinds, groups, steps});
    this.excess = largestOf(groups.map(({e}) => e.reduce((sum, one) => sum + Math.abs(one), 0)));
    const price = largestOf(groups.flatMap(group => group.price));
    this.paid = price + largestOf(bundle);
    this.number = kinds.reduce((sum, {many}) => sum + many, 0);
    // Beyond so many writs another costs more than any price.
    this.within(price / (1000 * scale) + this.excess / 1000 + 2);
    for (const group of groups) {
      const start = k => Math.ceil((group.price[k] - (group.e[k] + 500) * scale) / (1000 * scale));
      group.start = group.e.map((_, k) => (group.fills[k] ? Math.max(0, start(k)) : 0));
    }
  }

  /** Refuse so many writs of one enforcer where their cost might not be exact. */
  within(writs) {
    noLarger((this.scale * (this.excess + 500 * writs) + this.paid) * writs);
  }

  /** The least cost of the cells of a group that hold so many writs in whole bundles, and some more. */
  cells({e, price, start}, whole, more) {
    let out = 0, writs = 0;
    for (let k = 0; k < e.length; k++) {
      const least = whole[k] + more[k], x = Math.max(least, start[k]);
      out += this.scale * (e[k] + 500 * x) * x - price[k] * (x - least);
      writs += x;
    }
    this.within(writs);
    return out;
  }

  /**
   * Go through sets: on to what may still come to `limit()` or below, by bundles that each cost at most `room`.
   *
   * pays: what a bundle of each kind is paid besides. To a set may be added what its `open` has from the place `from` on,
   * and of the kind at that place only `left`.
   */
  walk(group, limit, room, pays, see) {
    const none = group.e.map(() => 0), every = group.open.map(kind => ({kind, many: this.kinds[kind].many}));
    const waiting = [{whole: none, value: this.cells(group, none, none), paid: 0, open: every, from: 0, left: every[0]?.many}];
    see(waiting[0]);
    while (waiting.length) {
      const set = waiting.pop(), cells = this.cells(group, set.whole, none), open = [];
      let low = set.value;
      this.steps.take(1 + set.open.length - set.from);
      for (let place = set.from; place < set.open.length; place++) {
        const {kind} = set.open[place], many = place === set.from ? set.left : set.open[place].many;
        if (!many) continue;
        const more = this.cells(group, set.whole, this.kinds[kind].counts) - cells - this.bundle[kind];
        noLarger(more * this.number);
        if (more < 0) low += more * many;
        if (more <= room) open.push({kind, many, more});
      }
      // All savings that are left together would not be enough.
      if (low > limit()) continue;
      open.forEach(({kind, many, more}, from) => {
        const whole = set.whole.map((writs, k) => writs + this.kinds[kind].counts[k]);
        waiting.push({whole, value: set.value + more, paid: set.paid + pays[kind], open, from, left: many - 1});
        see(waiting.at(-1));
      });
    }
  }

  /** What the cheapest set of a group costs. */
  least(group) {
    let best = Infinity;
    this.walk(group, () => best - 1, -1, this.bundle, ({value}) => { best = Math.min(best, value); });
    return best;
  }

  /** See each set that costs at most `least + room`, with every number of writs for which that is so. */
  listed(group, least, room, pays, see) {
    const limit = least + room;
    noLarger(limit);
    this.walk(group, () => limit, room, pays, set => {
      if (set.value > limit) return;
      const writs = set.whole.map((whole, k) => Math.max(whole, group.start[k]));
      this.fill(group, set, writs, 0, set.value, limit, see);
    });
  }

  /** From a category on, every number of writs apart that the limit allows. */
  fill(group, set, writs, k, value, limit, see) {
    if (k === writs.length) {
      see(set, writs);
      return;
    }
    this.fill(group, set, writs, k + 1, value, limit, see);
    if (!group.fills[k]) return;
    const best = writs[k];
    for (const step of [1, -1]) {
      let now = value;
      for (;;) {
        // What a writ more costs, or the last one no more.
        now += step * (this.scale * (group.e[k] + 1000 * writs[k] + 500 * step) - group.price[k]);
        if (now > limit || writs[k] + step < set.whole[k]) break;
        writs[k] += step;
        this.within(writs.reduce((sum, one) => sum + one, 0));
        this.steps.take(1);
        this.fill(group, set, writs, k + 1, now, limit, see);
      }
      writs[k] = best;
    }
  }
}
