// The lines of a public report, each held to its description (docs/public.md).

const FORMAT = "tengbol public report 1";
const CATEGORIES = Object.keys(WORDS.categories);
const BOUND = ["alimony_debtor", "same_case", "returned"];
const BASES = [...BOUND, "registered", "attached"];
const CODES = [
  "already_distributed", "mci_unknown", "state_over_1000_mci", "state_interest", "signature_not_valid",
  "original_missing", "received_later", "no_eligible_enforcer", "waits_for_holder",
];
const ACTS = ["annulled", "corrected", "reassigned", "recused", "restored"];
const STATUSES = ["optimal", "feasible"];
const LARGEST = 2n ** 63n;

const WRIT_ID = /^[0-9a-f]{32}$/, DIGEST = /^[0-9a-f]{64}$/, SEED = /^[0-9a-f]{1,128}$/, POOL = /^[0-9a-f]{16}$/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const refuse = key => { throw new Refused(mark("{key} is not as the description has it"), {key}); };
const isText = value => typeof value === "string" && value !== "" && !UNSEEN.test(value);
const isWhole = value => (typeof value === "number" || typeof value === "bigint") && value >= 0 && value < LARGEST;
const isDay = value => {
  if (typeof value !== "string" || !/^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
};
const isShaped = pattern => value => typeof value === "string" && pattern.test(value);
const isOne = among => value => among.includes(value);
const isOrNull = holds => value => value === null || holds(value);
// Where no shape is given, empty text is as good as none.
const isFree = value => value === null || value === "" || isText(value);

function heldKeys(value, names, what) {
  const own = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : null;
  if (own === null || own.length !== names.length || names.some(name => !(name in value))) {
    throw new Refused(mark("{key} does not have the keys of its description, each and no others"), {key: what});
  }
}

/** Rows of a table that is told by its columns. */
function rowsOf(value, shapes, what) {
  const names = Object.keys(shapes);
  heldKeys(value, names, what);
  const columns = names.map(name => value[name]);
  if (!columns.every(cells => Array.isArray(cells) && cells.length === columns[0].length)) refuse(what);
  return columns[0].map((_, row) => {
    const made = {};
    names.forEach((name, n) => {
      if (!shapes[name](columns[n][row])) refuse(name);
      made[name] = columns[n][row];
    });
    return made;
  });
}

/** Hold keys, each a list of texts and numbers, to one order; `equal` where the same may follow. */
function heldOrder(keys, what, equal = false) {
  for (let n = 1; n < keys.length; n++) {
    const turn = keysCompared(keys[n - 1], keys[n]);
    if (turn > 0 || (turn === 0 && !equal)) throw new Refused(mark("{key} is not sorted, each once"), {key: what});
  }
}

function keysCompared(one, two) {
  for (let n = 0; n < one.length; n++) {
    const turn = typeof one[n] === "string" ? compared(one[n], two[n]) : Number(one[n]) - Number(two[n]);
    if (turn) return turn;
  }
  return 0;
}

/** Balances: rows of [enforcer, category, received, share]. */
function balanceRows(value, what) {
  if (!Array.isArray(value)) refuse(what);
  const shapes = [isText, isOne(CATEGORIES), isWhole, isWhole];
  for (const row of value) {
    if (!Array.isArray(row) || row.length !== 4 || !row.every((cell, n) => shapes[n](cell))) refuse(what);
  }
  heldOrder(value.map(row => row.slice(0, 2)), what);
  return value;
}

const HEADER = {commitment: isOrNull(isShaped(DIGEST)), format: isOne([FORMAT]), link: isShaped(DIGEST)};

function headerOf(value) {
  heldKeys(value, [...Object.keys(HEADER), "opening"], "line 1");
  for (const [name, holds] of Object.entries(HEADER)) if (!holds(value[name])) refuse(name);
  if (balanceRows(value.opening, "opening").some(row => row[2] === 0 && row[3] === 0)) refuse("opening");
  return value;
}

const PART = {
  number: isWhole, chamber_id: isFree, day: isDay, seed: isShaped(SEED), secret: isOrNull(isShaped(DIGEST)),
  input_digest: isOrNull(isShaped(DIGEST)), public_value: isFree, commitment: isOrNull(isShaped(DIGEST)),
  key_commitment: isShaped(DIGEST), opening: isShaped(DIGEST), status: isOne(STATUSES), status_total: isOne(STATUSES),
  objective: isWhole, lower_bound: isWhole, objective_total: isWhole, lower_bound_total: isWhole, rejected: isWhole,
};
const RUN = {record: isOne([2]), made: isDay, document: isOrNull(value => isText(value) && /\S/.test(value))};
const LOT = {lot_version: isOne([2]), status_lot: isOne(STATUSES)};
const RESTING = {on_word: isWhole, on_imports: isWhole};
const TABLES = ["assignments", "pools", "unassigned"];
const ASSIGNED = {
  writ: isShaped(WRIT_ID), bundle: isOrNull(isShaped(WRIT_ID)), category: isOne(CATEGORIES), district: isText,
  basis: isOne(BASES), pool: isShaped(POOL), enforcer: isText,
};

function lineOf(value) {
  const also = ["certificate", "corrections"].filter(name => value !== null && typeof value === "object" && name in value);
  heldKeys(value, ["link", "part", ...also], "line");
  if (!isShaped(DIGEST)(value.link)) refuse("link");
  const part = value.part;
  const has = name => part !== null && typeof part === "object" && name in part;
  const drawn = has("record") || has("lot_version") || has("status_lot");
  // What draws by the second lot has its seed from a record; by the rule before, a digest could be sought for it.
  const kept = has("record") || (drawn && has("secret") && part.secret !== null);
  const shapes = {...PART, ...(kept ? RUN : {}), ...(drawn ? LOT : {})};
  for (const name of Object.keys(RESTING)) if (has(name)) shapes[name] = RESTING[name];
  heldKeys(part, [...Object.keys(shapes), ...TABLES, ...["corrections", "parts"].filter(has)], "part");
  for (const [name, holds] of Object.entries(shapes)) if (!holds(part[name])) refuse(name);
  const line = {
    ...part, link: value.link, certificate: value.certificate ?? null, text: canonical(part), lotVersion: drawn ? 2 : 1, anew: [], corrected: [],
    pools: poolsOf(part.pools), assignments: rowsOf(part.assignments, ASSIGNED, "assignments"),
    parts: has("parts") ? toldParts(part.parts, part.pools) : {},
    unassigned: rowsOf(part.unassigned, {writ: isShaped(WRIT_ID), code: isOne(CODES)}, "unassigned"),
  };
  if (also.includes("corrections")) line.anew = balanceRows(value.corrections, "corrections");
  if (has("corrections")) line.corrected = correctedOf(part.corrections, part.number);
  heldOrder(line.assignments.map(row => [row.bundle ?? row.writ, row.writ]), "assignments");
  heldOrder(line.unassigned.map(row => [row.writ]), "unassigned");
  heldResting(line);
  return line;
}

function poolsOf(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("pools");
  for (const [name, members] of Object.entries(value)) {
    if (!POOL.test(name) || !Array.isArray(members) || !members.length || !members.every(isText)) refuse("pools");
  }
  return value;
}

/** Billionths that each member is due of one writ, in the order of members; told only of pools that did not share alike. */
function toldParts(value, pools) {
  if (value === null || typeof value !== "object" || Array.isArray(value) || !Object.keys(value).length) refuse("parts");
  for (const [name, parts] of Object.entries(value)) {
    if (!Array.isArray(parts) || parts.length !== pools[name]?.length || !parts.every(isWhole)) refuse("parts");
    if (parts.every(part => BigInt(part) === WRIT / BigInt(parts.length))) refuse("parts");
  }
  return value;
}

/** [member, billionths] of one writ of a pool: as told, else ⌊10⁹ / n⌋ to each of n. */
function portionsOf(line, pool) {
  const members = line.pools[pool] ?? [], told = line.parts[pool];
  return members.map((who, n) => [who, told ? BigInt(told[n]) : WRIT / BigInt(members.length)]);
}

function correctedOf(value, before) {
  const rows = rowsOf(value, {act: isOne(ACTS), batch: isWhole, writ: isShaped(WRIT_ID)}, "corrections");
  if (!rows.length || !rows.every(row => row.batch >= 1 && row.batch < before)) refuse("corrections");
  heldOrder(rows.map(row => [row.writ, row.batch, row.act]), "corrections", true);
  return rows;
}

/** What some bound writs rest on is told only where there are any, and together of no more than are bound. */
function heldResting(line) {
  const told = Object.keys(RESTING).filter(name => name in line).map(name => BigInt(line[name]));
  const bound = line.assignments.filter(row => BOUND.includes(row.basis)).length;
  if (told.includes(0n) || told.reduce((sum, one) => sum + one, 0n) > BigInt(bound)) refuse("on_word, on_imports");
}

/** Lines without their ends; a carriage return behind one, and empty lines at the end, are an editor's and say nothing. */
function linesOf(text) {
  const lines = text.split("\n").map(line => (line.endsWith("\r") ? line.slice(0, -1) : line));
  while (lines.length > 1 && !lines.at(-1)) lines.pop();
  return lines;
}

/** Whether a file's first line says that it is a public report. */
function saysSo(first) {
  try {
    return JSON.parse(first)?.format === FORMAT;
  } catch {
    return false;
  }
}

/** All lines that can be used; the first that cannot ends them, and is a finding. */
function readLines(text, found) {
  const [first, ...rest] = linesOf(text);
  const header = heldLine(1, first, headerOf, found);
  const lines = [];
  for (const [n, told] of rest.entries()) {
    const line = heldLine(n + 2, told, lineOf, found);
    if (line === null) break;
    lines.push(line);
  }
  if (!header || !lines.length) found.broken("format", null, mark("there is no batch that can be checked"));
  found.holds("format", mark("All {n} lines are as the description has them."), {n: rest.length + 1});
  return {header, lines};
}

function heldLine(number, text, read, found) {
  try {
    return read(new Reader(text).whole());
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    found.broken("format", {line: number}, refused.sentence, refused.values);
    return null;
  }
}
