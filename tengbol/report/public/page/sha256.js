// SHA-256 of UTF-8 text, lower-case hex: by the browser where it offers that, else by these lines (FIPS 180-4).

const UTF8 = new TextEncoder();
const HEX = Array.from({length: 256}, (_, byte) => byte.toString(16).padStart(2, "0"));

// The first 32 bits of the fractions of the square and cube roots of the first primes.
const PRIMES = [2];
for (let n = 3; PRIMES.length < 64; n += 2) if (PRIMES.every(prime => n % prime)) PRIMES.push(n);
const fraction = root => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const START_WORDS = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));
const ROUND_WORDS = PRIMES.map(prime => fraction(Math.cbrt(prime)));

const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));

function padded(bytes) {
  const out = new Uint8Array((bytes.length + 72) & ~63);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(out.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(out.length - 4, (bytes.length * 8) >>> 0);
  return view;
}

function ownSha256(bytes) {
  const view = padded(bytes), state = [...START_WORDS], words = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let n = 0; n < 16; n++) words[n] = view.getInt32(at + 4 * n);
    for (let n = 16; n < 64; n++) {
      const one = words[n - 15], two = words[n - 2];
      const low = turned(one, 7) ^ turned(one, 18) ^ (one >>> 3);
      const high = turned(two, 17) ^ turned(two, 19) ^ (two >>> 10);
      words[n] = words[n - 16] + low + words[n - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 64; n++) {
      const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const first = (h + high + ((e & f) ^ (~e & g)) + ROUND_WORDS[n] + words[n]) | 0;
      const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] = (state[n] + word) | 0; });
  }
  return state.map(word => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const OFFERED = globalThis.crypto?.subtle;

async function browsersSha256(bytes) {
  return Array.from(new Uint8Array(await OFFERED.digest("SHA-256", bytes)), byte => HEX[byte]).join("");
}

/** The digests of texts, in their order. */
async function digests(texts) {
  if (!OFFERED) return texts.map(text => ownSha256(UTF8.encode(text)));
  const out = [];
  for (let at = 0; at < texts.length; at += 1000) {
    out.push(...await Promise.all(texts.slice(at, at + 1000).map(text => browsersSha256(UTF8.encode(text)))));
  }
  return out;
}

/** The digest of lines of text, the last one without an end. */
async function hashed(...lines) {
  return (await digests([lines.join("\n")]))[0];
}

/** Texts and their digests, as a Map. */
async function digestOf(texts) {
  const once = [...new Set(texts)], found = await digests(once);
  return new Map(once.map((text, n) => [text, found[n]]));
}
