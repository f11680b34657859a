// Whether batches follow one another as they were published: links, numbers, days, commitments, seeds, one key.

async function checkChain(header, lines, found) {
  await checkLinks(header, lines, found);
  await checkOrder(header, lines, found);
  checkRuns(lines, found);
  await checkSeeds(header, lines, found);
  const keys = new Set(lines.map(line => line.key_commitment)), chambers = new Set(lines.map(line => line.chamber_id));
  if (keys.size > 1) found.broken("key", null, mark("the batches go by {n} different keys"), {n: keys.size});
  found.holds("key", mark("All batches mask their writs by one key."));
  if (chambers.size > 1) found.broken("chamber", null, mark("the batches are of {n} chambers"), {n: chambers.size});
}

async function checkLinks(header, lines, found) {
  let before = header.link;
  const texts = lines.map(line => {
    const text = `tengbol batch\n${before}\n${line.text}`;
    before = line.link;
    return text;
  });
  const due = await digests(texts);
  lines.forEach((line, n) => {
    if (due[n] !== line.link) {
      found.broken("chain", {batch: line.number}, mark("its link is not that of its content and the link before"));
    }
  });
  found.holds("chain", mark("{n} batches, each linked to the one before."), {n: lines.length});
}

async function checkOrder(header, lines, found) {
  const first = lines[0].number, start = await hashed("tengbol batch", "");
  if ((first === 1) !== (header.link === start)) {
    found.broken("order", {line: 1}, mark("its link does not fit a file that begins with batch {n}"), {n: first});
  }
  for (let n = 1; n < lines.length; n++) {
    const earlier = lines[n - 1], later = lines[n], where = {batch: later.number};
    if (BigInt(later.number) !== BigInt(earlier.number) + 1n) {
      found.broken("order", where, mark("follows batch {n}"), {n: earlier.number});
    }
    if (later.day < earlier.day) {
      const values = {day: earlier.day, n: earlier.number};
      if (later.document != null) {
        found.open("order", where, mark("is of an earlier day than batch {n}, on a document that the file cannot show"), values);
      } else {
        found.broken("order", where, mark("is of an earlier day than batch {n}"), values);
      }
    }
    if ((!("record" in later) && "record" in earlier) || later.lotVersion < earlier.lotVersion) {
      found.broken("order", where, mark("is told as version 0.1.0 did, after one that was not"));
    }
  }
  found.holds("order", mark("Batches {first} to {last} are all there, in order."), {first, last: lines.at(-1).number});
}

function checkRuns(lines, found) {
  const told = lines.filter(line => "record" in line);
  for (const line of told) {
    const where = {batch: line.number}, values = {day: line.day, made: line.made, document: line.document ?? ""};
    if (line.day > line.made) {
      found.broken("run", where, mark("is of {day}, and was made before, on {made}"), values);
    } else if (line.document !== null) {
      found.open("run", where, mark("is of {day} and was made on {made}, on the document “{document}”"), values);
    } else if (line.day < line.made) {
      found.broken("run", where, mark("is of {day}, and was made on {made} without a document"), values);
    }
  }
  if (told.length) {
    found.holds("run", mark("{n} batches ran on their own day, or on a document."), {n: told.length});
  }
}

/** What the lot goes by: balances, pools, and of each writ what decides. */
function lotText(line) {
  const column = name => line.assignments.map(row => row[name]);
  return canonical({
    bound: line.assignments.map(row => (BOUND.includes(row.basis) ? row.enforcer : null)),
    bundle: column("bundle"), category: column("category"), opening: line.opening, pool: column("pool"),
    pools: line.pools, writ: column("writ"), ...(Object.keys(line.parts).length ? {parts: line.parts} : {}),
  });
}

async function seedOf(line) {
  const value = line.public_value ?? "";
  if (!("record" in line)) return hashed("tengbol seed", line.secret, line.input_digest, value);
  return hashed("tengbol seed 2", line.secret, await hashed("tengbol lot", lotText(line)), value);
}

async function checkSeeds(header, lines, found) {
  let committed = header.commitment, drawn = 0;
  const revealed = new Set(), given = [], unpromised = [];
  for (const line of lines) {
    const where = {batch: line.number};
    if (line.secret === null || line.input_digest === null) {
      given.push(line.number);
      if (committed !== null) found.broken("seed", where, mark("reveals no secret, and one was committed to"));
    } else {
      drawn++;
      if (committed === null) unpromised.push(line.number);
      else if (await hashed("tengbol commitment", line.secret) !== committed) {
        found.broken("seed", where, mark("its secret is not the one committed to before"));
      }
      if (revealed.has(line.secret)) found.broken("seed", where, mark("an earlier batch revealed its secret"));
      revealed.add(line.secret);
      if (await seedOf(line) !== line.seed) {
        found.broken("seed", where, mark("its seed does not follow from secret, batch and public value"));
      }
    }
    committed = line.commitment;
  }
  for (const number of given) {
    found.open("seed", {batch: number}, mark("somebody gave its seed; nothing shows that it was chosen before the batch"));
  }
  for (const number of unpromised) {
    found.open("seed", {batch: number}, mark("no commitment to its secret was published before"));
  }
  if (drawn) found.holds("seed", mark("{n} seeds follow from a secret, the batch and the public value."), {n: drawn});
}
