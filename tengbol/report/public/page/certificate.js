// The certificate of a batch (docs/certificate.md): whole numbers that prove how even each part could be. Whatever stands
// there, the bounds reckoned from it are true: what was changed proves less than it says, or is a proof all the same.

/** Why a proof is none. */
class NoProof extends Error {
  constructor(sentence, values = {}) {
    super(sentence);
    this.sentence = sentence;
    this.values = values;
  }
}

/** Where to check a proof takes more steps, or larger numbers, than are allowed here. */
class TooMuch extends Error {}

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
      if (showsEven(due[n], own)) out.add(due[n]);
    } catch (none) {
      if (none instanceof TooMuch) {
        line.unread = true;
        found.open("certificate", where, mark("to check its proof takes more steps, or larger numbers, than are allowed"));
      } else if (none instanceof NoProof) {
        found.broken("certificate", where, none.sentence, none.values);
      } else {
        throw none;
      }
    }
  });
  return out;
}

/** Whether what stands of a part proves that nothing is more even; it may prove its bounds, and claim less. */
function showsEven(part, told) {
  if (!Array.isArray(told.bounds) || told.bounds.length !== 2) throw new NoProof(mark("says no bounds"));
  const bounds = wholes(told.bounds, 2), own = new Numbered(part);
  // Each key that stands there has to hold; without any nothing is claimed but that a search was the proof.
  if ("tree" in told) new ByWrits(own, bounds).check(told.tree);
  if ("sets" in told) new BySets(own, bounds, told.sets).check(told.sets);
  if ("counts" in told) checkCounts(own, bounds, told.counts);
  const shown = ["tree", "sets", "counts"].some(key => key in told);
  return shown && bounds[0] === own.reached[0] && bounds[1] === own.reached[1];
}

const isInteger = value => typeof value === "bigint" || Number.isSafeInteger(value);
const isObject = value => value !== null && typeof value === "object" && !Array.isArray(value);

function wholes(value, length) {
  if (!Array.isArray(value) || value.length !== length || !value.every(isInteger)) {
    throw new NoProof(mark("its numbers are not whole, or not as many as are due"));
  }
  return value.map(BigInt);
}

/** A bundle's writs of each category; one that came later stands last, and earlier certificates have no number of it. */
function paddedWrits(value) {
  const later = Array.isArray(value) ? Math.max(0, COUNTED_BY.length - value.length) : 0;
  return wholes(later ? [...value, ...Array(later).fill(0)] : value, COUNTED_BY.length);
}

/** Hold what is proven of an objective to its bound. */
function heldTo(bound, value) {
  if (value < bound) throw new NoProof(mark("it proves less than it says"));
}
