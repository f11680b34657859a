// What the page found: what holds, what is broken and where, and what was not checked here.

class Findings {
  constructor() {
    this.made = [];
  }

  add(kind, check, where, sentence, values) {
    this.made.push({kind, check, where: where ?? {}, sentence, values: values ?? {}});
  }

  /** where: {batch}, {line} or nothing, and {subject}. */
  broken(check, where, sentence, values) {
    this.add("broken", check, where, sentence, values);
  }

  open(check, where, sentence, values) {
    this.add("open", check, where, sentence, values);
  }

  /** Note that nothing was found against the file, unless something was. */
  holds(check, sentence, values) {
    if (!this.anyBroken(check)) this.add("holds", check, null, sentence, values);
  }

  anyBroken(check = null) {
    return this.made.some(one => one.kind === "broken" && (check === null || one.check === check));
  }

  /** Take over what was found in one batch. */
  gather(within, number) {
    for (const one of within.made) this.made.push({...one, where: {...one.where, batch: number}});
  }
}
