#!/usr/bin/env bash
# What: date-fns 4.4.0 (npm), `parse` in Kazakh (`kk`), of the months' full names.
# Where it was met: days with the month's name, as Kazakh pages write them, read back by the libraries that wrote them.
# Expected: what `format` writes with a pattern and a locale, `parse` reads with the same two, or it is an invalid date.
# Seen: June (маусым) is read as May; September, October and November (қыркүйек, қазан, қараша) are read as January,
#   without a word: "23 маусым 2026" becomes 23 May 2026. The locale knows the full names, but tells by their first
#   letter alone which month it is: м is May's (мамыр) before June's, қ is January's (қаңтар) before the others'. The
#   short names (мау, қыр) are right, and so are all names in Russian.
# Source: run here. Pull request 4325 of date-fns/date-fns mends the same kind in West Frisian; of Kazakh none was found.
# What follows: write days in digits where they are to be read again, or read full names by a table of one's own.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
npm install --silent --no-audit --no-fund --prefix "$place" date-fns@4.4.0 > /dev/null
cat > "$place/months.mjs" <<'JS'
import assert from "node:assert/strict";
import { format, parse } from "date-fns";
import { kk, ru } from "date-fns/locale";

function misread(locale, pattern) {
  const found = [];
  for (let month = 0; month < 12; month++) {
    const day = new Date(2026, month, 23);
    const text = format(day, pattern, { locale });
    const read = parse(text, pattern, new Date(2000, 0, 1), { locale });
    if (+read !== +day) found.push(`${text} = ${isNaN(read) ? "invalid" : format(read, "yyyy-MM-dd")}`);
  }
  return found;
}

console.log("full:", misread(kk, "d MMMM yyyy"), "short:", misread(kk, "d MMM yyyy"));
assert.deepEqual(misread(ru, "d MMMM yyyy"), []);
assert.deepEqual(misread(kk, "d MMM yyyy"), []);
const full = misread(kk, "d MMMM yyyy");
assert.deepEqual(full, [
  "23 маусым 2026 = 2026-05-23",
  "23 қыркүйек 2026 = 2026-01-23",
  "23 қазан 2026 = 2026-01-23",
  "23 қараша 2026 = 2026-01-23",
], "other months are misread now, or none");
JS
node "$place/months.mjs"
