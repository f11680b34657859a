// Writs taken from their enforcers, or given again, since the batch before: what each did to balances follows from the
// batch that gave the writ. So a balance that was set anew is either that, or it is named.

class Past {
  constructor() {
    this.first = null;
    this.given = new Map();
    this.taken = new Set();
    this.changed = new Balances();
  }

  correct(line, found) {
    this.first ??= line.number;
    // Of a writ that is given, what takes comes before what gives again; of one that is taken, after.
    const turn = row => Number((row.act === "restored") !== this.taken.has(row.writ));
    const waiting = line.corrected.map(row => [row.writ, turn(row), row]).sort(keysCompared);
    for (const [, , {act, batch, writ}] of waiting) {
      const where = {subject: writ}, values = {n: batch};
      if (batch < this.first) {
        found.open("corrections", where, mark("it was given by batch {n}, before this file, which cannot show what the correction changed"), values);
        continue;
      }
      const known = this.given.get(writ);
      if (!known || known.number !== batch) {
        found.broken("corrections", where, mark("it is corrected, and batch {n} did not give it last"), values);
      } else if ((act === "restored") !== this.taken.has(writ)) {
        found.broken("corrections", where, mark("it is taken or given again, and was so already"));
      } else {
        this.move(writ, act === "restored" ? 1n : -1n);
      }
    }
  }

  move(writ, sign) {
    const {enforcer, category, parts} = this.given.get(writ);
    this.changed.add(cellOf(enforcer, category), sign, 0n);
    for (const [who, part] of parts) this.changed.add(cellOf(who, category), 0n, sign * part);
    if (sign > 0n) this.taken.delete(writ);
    else this.taken.add(writ);
  }

  /** What corrections changed of a cell, which is now opened with. */
  settle(cell) {
    const due = this.changed.at(cell);
    this.changed.delete(cell);
    return due;
  }

  give(line) {
    for (const {writ, category, pool, enforcer} of line.assignments) {
      this.given.set(writ, {number: line.number, enforcer, category, parts: portionsOf(line, pool)});
      this.taken.delete(writ);
    }
  }
}
