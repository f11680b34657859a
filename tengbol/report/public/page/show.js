// What is seen: made anew whenever the language or what is asked for changes.

const LABELS = {
  format: mark("Format"), chain: mark("Chain"), order: mark("Order"), run: mark("Run"), key: mark("Key"),
  chamber: mark("Chamber"), seed: mark("Seed"), pools: mark("Pools"), writs: mark("Writs"), bundles: mark("Bundles"),
  balances: mark("Balances"), corrections: mark("Corrections"), lot: mark("Lot"), objective: mark("Objectives"),
  status: mark("Status"), certificate: mark("Certificate"), evenness: mark("Evenness"), optimality: mark("Evenness"), optimality_total: mark("Evenness"),
  outside: mark("The law"), previous: mark("Earlier files"),
};
const SHOWN = 20;

/** An element, its attributes and what stands in it. */
function made(tag, attributes = {}, ...inside) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) out.setAttribute(name, value);
  out.append(...inside.filter(one => one !== null));
  return out;
}

const code = text => made("code", {}, String(text));
// Not every browser knows how Kazakh writes numbers and days, so the page says it itself.
const MARKS = {en: [",", "."], ru: ["\u00a0", ","], kk: ["\u00a0", ","]};

function figure(value, places, {signed = false, least = places} = {}) {
  let [front, rest = ""] = Math.abs(Number(value)).toFixed(places).split(".");
  while (rest.length > least && rest.endsWith("0")) rest = rest.slice(0, -1);
  const [thousands, point] = MARKS[language], none = !/[1-9]/.test(front + rest);
  front = front.replace(/\B(?=(\d{3})+$)/g, thousands);
  return (none ? "" : value < 0 ? "−" : signed ? "+" : "") + front + (rest ? point + rest : "");
}

const changeOf = value => figure(Number(value) / 1e6, 6, {signed: true, least: 0});
const whole = value => figure(value, 0);
const dayOf = text => DAYS[language][Number(text.slice(5, 7)) - 1].replace("{y}", text.slice(0, 4)).replace("{d}", Number(text.slice(8)));
const writsOf = billionths => figure(Number(billionths) / 1e9, 3);

function tableOf(caption, heads, rows) {
  const cell = (tag, value, n, scope) => made(tag, {scope, class: heads[n].number ? "n" : null}, value);
  return made("div", {class: "wide", role: "region", tabindex: "0", "aria-label": caption},
    made("table", {}, made("caption", {}, caption),
      made("thead", {}, made("tr", {}, ...heads.map((head, n) => cell("th", head.name, n, "col")))),
      made("tbody", {}, ...rows.map(({cells, mark}) => made("tr", {class: mark ?? null},
        ...cells.map((value, n) => cell(n ? "td" : "th", value, n, n ? null : "row")))))));
}

/** Findings that say the same of several batches, as one; in the order in which they were made. */
function grouped(findings) {
  const out = new Map();
  for (const one of findings) {
    const key = JSON.stringify([one.check, one.sentence, one.values, one.where.subject, one.where.line], (_, value) => (typeof value === "bigint" ? `${value}` : value));
    if (!out.has(key)) out.set(key, {...one, batches: []});
    if (one.where.batch !== undefined) out.get(key).batches.push(one.where.batch);
  }
  return [...out.values()];
}

function whereOf({where, batches}) {
  const named = batches.slice(0, SHOWN).join(", ") + (batches.length > SHOWN ? ` +${batches.length - SHOWN}` : "");
  if (batches.length) return `${batches.length > 1 ? say("Batches {list}", {list: named}) : say("Batch {n}", {n: named})}: `;
  return where.line ? `${say("Line {n}", {n: where.line})}: ` : "";
}

function listOf(kind, heading, findings) {
  const counts = new Map(), items = [];
  for (const one of grouped(findings)) {
    const so = (counts.get(one.check) ?? 0) + 1;
    counts.set(one.check, so);
    if (so > SHOWN) continue;
    items.push(made("li", {"data-check": one.check}, made("b", {}, `${say(LABELS[one.check])}. `), whereOf(one),
      ...(one.where.subject ? [code(one.where.subject), " – "] : []), say(one.sentence, one.values)));
  }
  for (const [check, count] of counts) {
    if (count > SHOWN) items.push(made("li", {"data-check": check}, made("b", {}, `${say(LABELS[check])}. `), say("and {n} more", {n: count - SHOWN})));
  }
  if (!items.length) return null;
  return made("section", {class: `list ${kind}`, "data-kind": kind}, made("h2", {}, heading), made("ul", {}, ...items));
}

function factsOf(name, {lines}) {
  const writs = lines.reduce((sum, line) => sum + line.assignments.length, 0), facts = [
    [say("File"), code(name)],
    [say("Chamber"), lines[0].chamber_id ?? "–"],
    [say("Days"), `${dayOf(lines[0].day)} – ${dayOf(lines.at(-1).day)}`],
    [say("Batches"), `${lines[0].number}–${lines.at(-1).number}`],
    [say("Writs distributed"), whole(writs)],
    [say("Last link, to be kept and compared"), code(lines.at(-1).link)],
  ];
  return made("dl", {class: "facts"}, ...facts.map(([term, value]) => made("div", {}, made("dt", {}, term), made("dd", {}, value))));
}

function verdictOf(name, result) {
  const of = kind => result.found.made.filter(one => one.kind === kind), broken = of("broken"), held = of("holds");
  const sentence = broken.length ? say("Something in this file does not hold.") : say("All that was checked here holds.");
  const counts = say("Holds: {held}. Broken: {broken}. Not checked here: {open}.", {held: held.length, broken: grouped(broken).length, open: grouped(of("open")).length});
  return [
    made("section", {class: `verdict ${broken.length ? "open" : ""}`, id: "verdict", tabindex: "-1"},
      made("h2", {class: "headline"}, sentence), made("p", {}, counts), ...(result.lines.length ? [factsOf(name, result)] : [])),
    listOf("broken", say("Broken"), broken),
    listOf("holds", say("Holds"), held),
    listOf("open", say("Not checked here"), of("open")),
  ].filter(Boolean);
}

function writOf(places, asked) {
  return [made("h2", {}, say("The writ {id}", {id: `${asked.slice(0, 8)}…`})), ...places.map(placeOf)];
}

function placeOf(place) {
  const {line, row} = place, title = made("h3", {}, say("Batch {n} of {day}", {n: line.number, day: dayOf(line.day)}));
  if (place.code) return made("article", {}, title, made("p", {}, say("Not distributed: {why}", {why: say(WORDS.codes[place.code])})));
  const facts = [
    [say("Enforcer"), code(row.enforcer)], [say("Category"), say(WORDS.categories[row.category])],
    [say("Basis"), say(WORDS.bases[row.basis])], [say("District"), code(row.district)],
    [say("Pool"), whole(place.prices.length)], [say("Together with it"), whole(place.own.length - 1)],
  ];
  const list = made("dl", {class: "facts"}, ...facts.map(([term, value]) => made("div", {}, made("dt", {}, term), made("dd", {}, value))));
  if (place.bound) return made("article", {}, title, list, made("p", {}, say("It was bound, so no lot decided and the others of the district had no claim.")));
  const heads = [
    {name: say("Enforcer")}, {name: say("Sum of squares, had he got it"), number: true},
    {name: say("Of totals"), number: true}, {name: say("Number in the lot"), number: true},
  ];
  const order = [...place.prices].sort((one, two) => Number(two.has) - Number(one.has) || Number(one.change[0] - two.change[0]) || compared(one.number, two.number));
  const rows = order.map(one => ({mark: one.has ? "own" : null, cells: [
    code(one.who), ...one.change.map(value => (one.has ? "–" : changeOf(value))), code(one.number)]}));
  return made("article", {}, title, list, tableOf(say("Had another of the pool got it, all else as it is"), heads, rows),
    made("p", {class: "note"}, say("Bundles alike in this batch: {n}. Which of them goes to whom follows from the SHA-256 of:", {n: place.alike}), " ", code(place.drawn)));
}

function enforcerOf({rows, cells, last}, who) {
  const heads = [{name: say("Category")}, {name: say("Share"), number: true}, {name: say("Received"), number: true}, {name: say("Excess"), number: true}];
  const row = (name, {received, share}) => [name, writsOf(share), whole(received), figure(Number(received * WRIT - share) / 1e9, 3, {signed: true})];
  const all = cells.reduce((sum, one) => ({received: sum.received + one.received, share: sum.share + one.share}), NOTHING);
  const lines = [
    {name: say("Day")}, {name: say("Batch"), number: true}, {name: say("Writs"), number: true},
    {name: say("His share"), number: true}, {name: say("He received"), number: true}, {name: say("Of these bound"), number: true},
    {name: say("Members"), number: true}, {name: say("Pool")},
  ];
  return [
    made("h2", {}, say("The enforcer {id}", {id: who})),
    tableOf(say("After batch {n} of {day}, in writs", {n: last.number, day: dayOf(last.day)}), heads, [
      ...cells.map(one => ({cells: row(say(WORDS.categories[one.category]), one)})), {mark: "own", cells: row(say("Together"), all)}]),
    tableOf(say("The pools in which he stood, line by line"), lines, rows.map(one => ({cells: [
      made("time", {}, one.line.day), whole(one.line.number), whole(one.writs), writsOf(one.share), whole(one.got), whole(one.bound), whole(one.members.length), code(one.pool)]}))),
  ];
}
