// Canonical JSON (docs/public.md, "The file"): sorted keys, each once, no spaces, letters as they are, whole numbers.
// The browser's own reader would round numbers above 2^53 and pass over a key that stands twice.

class Refused extends Error {
  constructor(sentence, values = {}) {
    super(sentence);
    this.sentence = sentence;
    this.values = values;
  }
}

const NOT_CANONICAL = mark("it is no canonical JSON: sorted keys, each once, no spaces, whole numbers");
// A tree of a certificate has two levels for each of its nodes.
const DEEPEST = 900;
const TEXT = /"(?:[^"\\]|\\.)*"/suy;
const NUMBER = /0|-?[1-9][0-9]*/y;
const WORDS_OF_JSON = ["null", "true", "false"];

/** The order of code points, which that of JavaScript is not beyond U+FFFF. */
function compared(one, two) {
  const most = Math.min(one.length, two.length);
  for (let n = 0; n < most; n++) {
    const a = one.charCodeAt(n), b = two.charCodeAt(n);
    if (a === b) continue;
    const lower = unit => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
    return lower(a) - lower(b);
  }
  return one.length - two.length;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  whole() {
    const value = this.value(0);
    if (this.at !== this.text.length) throw new Refused(NOT_CANONICAL);
    return value;
  }

  value(depth) {
    const letter = this.text[this.at];
    if (depth > DEEPEST) throw new Refused(NOT_CANONICAL);
    if (letter === "{") return this.object(depth + 1);
    if (letter === "[") return this.list(depth + 1);
    if (letter === '"') return this.string();
    const word = WORDS_OF_JSON.find(one => this.text.startsWith(one, this.at));
    if (word) {
      this.at += word.length;
      return JSON.parse(word);
    }
    const digits = this.matched(NUMBER);
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : BigInt(digits);
  }

  matched(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Refused(NOT_CANONICAL);
    this.at += found[0].length;
    return found[0];
  }

  string() {
    const told = this.matched(TEXT);
    let value = told.slice(1, -1);
    if (/[\\\u0000-\u001f]/.test(value)) {
      try {
        value = JSON.parse(told);
      } catch {
        throw new Refused(NOT_CANONICAL);
      }
    }
    if (JSON.stringify(value) !== told) throw new Refused(NOT_CANONICAL);
    return value;
  }

  /** What stands between brackets, `one` by one; `end` is the closing one. */
  between(end, one) {
    this.at++;
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      one();
      const letter = this.text[this.at++];
      if (letter === end) return;
      if (letter !== ",") throw new Refused(NOT_CANONICAL);
    }
  }

  list(depth) {
    const out = [];
    this.between("]", () => out.push(this.value(depth)));
    return out;
  }

  object(depth) {
    const out = Object.create(null);
    let last = null;
    this.between("}", () => {
      const key = this.string();
      if (last !== null && compared(key, last) <= 0) throw new Refused(NOT_CANONICAL);
      last = key;
      if (this.text[this.at++] !== ":") throw new Refused(NOT_CANONICAL);
      out[key] = this.value(depth);
    });
    return out;
  }
}

/** The text of a value. */
function canonical(value) {
  if (value === null || ["number", "bigint", "boolean"].includes(typeof value)) return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort(compared);
  return `{${keys.map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
