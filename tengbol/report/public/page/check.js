// The whole check of a file: its lines, its chain, and batch after batch.

const HELD = {
  pools: mark("Every pool has the members of its name, and every free writ went to a member of its pool."),
  writs: mark("Every writ stands once in its batch."),
  bundles: mark("Every bundle has one enforcer, pool, district and basis."),
  balances: mark("Shares and received follow from the pools, from batch to batch."),
  corrections: mark("Every correction is of a writ that its batch gave."),
  objective: mark("Both objectives are exactly those of the assignments."),
  status: mark("Both statuses say what objective and bound say."),
  lot: mark("Who among equals: the seeds give what is told, but for what is named as not checked here."),
};
/** So many enforcers with bound writs are named. */
const NAMED = 20;
const EVENNESS = ["evenness", "optimality", "optimality_total"];

/** Check a text; `progress` is told how many batches are done, and of how many. */
async function checkText(text, progress) {
  const found = new Findings(), {header, lines} = readLines(text, found);
  if (!header || !lines.length) return {header, lines: [], found};
  await checkChain(header, lines, found);
  const past = new Past();
  let balances = Balances.of(header.opening), even = 0;
  for (const [n, line] of lines.entries()) {
    await progress(n, lines.length);
    const within = new Findings();
    balances = await checkBatch(line, balances, past, within);
    line.after = balances;
    const left = line.proven ? EVENNESS : [...EVENNESS, "lot"];
    if (!within.made.some(one => left.includes(one.check))) even++;
    found.gather(within, line.number);
  }
  for (const [check, sentence] of Object.entries(HELD)) {
    if (check !== "corrections" || lines.some(line => line.corrected.length)) found.holds(check, sentence);
  }
  const shown = lines.filter(line => line.certificate !== null && !line.unread).length;
  if (shown) found.holds("certificate", mark("What the certificates of {n} batches prove is true."), {n: shown});
  if (even && !EVENNESS.some(check => found.anyBroken(check))) {
    found.holds("evenness", mark("In {n} of {of} batches nothing would be more even: nothing that goes round is better."), {n: even, of: lines.length});
  }
  found.open("outside", null, mark("that categories, pools and bound writs are those that the law makes of the chamber's tables: no public file can show it"));
  const word = boundOf(lines);
  if (word) found.open("outside", null, mark("of {n} writs {bound} are bound, of single enforcers: {who}"), word);
  found.open("previous", null, mark("that earlier batches were published as they stand here: compare the link with one that you kept"));
  return {header, lines, found};
}

/** How many writs came bound, first of whom the largest part did; null where none did. */
function boundOf(lines) {
  const per = new Map();
  let n = 0;
  for (const {enforcer, basis} of lines.flatMap(line => line.assignments)) {
    const one = per.get(enforcer) ?? per.set(enforcer, {enforcer, n: 0, bound: 0}).get(enforcer);
    n++;
    one.n++;
    one.bound += BOUND.includes(basis) ? 1 : 0;
  }
  const has = [...per.values()].filter(one => one.bound).sort((a, b) => b.bound * a.n - a.bound * b.n || b.bound - a.bound || (a.enforcer < b.enforcer ? -1 : 1));
  const bound = has.reduce((sum, one) => sum + one.bound, 0), more = has.length > NAMED ? ` +${has.length - NAMED}` : "";
  return has.length ? {n, bound, who: has.slice(0, NAMED).map(one => `${one.enforcer} ${one.bound}/${one.n}`).join(", ") + more} : null;
}

/** Text of a file's bytes, unpacked where they are gzipped, without an editor's mark of UTF-8 before it. */
async function textOf(bytes) {
  let content = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    content = new Uint8Array(await new Response(unpacked).arrayBuffer());
  }
  return new TextDecoder("utf-8", {fatal: true}).decode(content);
}
