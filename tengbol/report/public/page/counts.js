// Counts of long bundles (docs/certificate.md, theorem 6): of nine nearly alike, one of four enforcers has three. The
// certificate says only which numbers of enforcers and of bundles are looked at; all else is reckoned here.

function checkCounts(own, bounds, told) {
  if (!Array.isArray(told)) throw new NoProof(mark("counts: not a list"));
  const looked = COUNTED_BY.map(() => []);
  for (const [k, enforcers, bundles] of told.map(row => wholes(row, 3))) {
    if (!(k in looked)) throw new NoProof(mark("counts of a category that is none"));
    looked[k].push([enforcers, bundles]);
  }
  const first = own.possible[0].least(sumOf(looked.map((pairs, k) => leastSquares(own, k, pairs))));
  heldTo(bounds[0], first);
  heldTo(bounds[1], own.follows(first));
}

/** The least that the sum over enforcers of their squares can be in one category. */
function leastSquares(own, k, looked) {
  const opening = own.base.map(row => row[k]).sort((one, two) => (one < two ? -1 : Number(one > two)));
  const people = BigInt(opening.length), writs = own.writs[k];
  if (!writs) return squaresOf(opening);
  const sizes = [...own.longer.values()].flatMap(({counts, many}) => (counts[k] ? Array(Number(many)).fill(counts[k]) : []));
  const longest = sumsOf(sizes.sort((one, two) => two - one).map(BigInt)), lowest = sumsOf(opening);
  const whole = lowest.at(-1) + 1000n * writs;
  // By a number of enforcers, what those of them with the least excess have together at most.
  const most = new Map([[0n, 0n], [people, whole]]);
  for (const [j, bundles] of looked) {
    if (j <= 0n || j >= people || bundles < 0n || bundles >= longest.length) throw new NoProof(mark("counts of more than there are"));
    const each = bundles / people, rest = bundles % people, others = people - j;
    // Of the longest bundles, dealt in turn, those who have fewest get so many; what the others have at least, the second
    // reason of theorem 6, is the rest of them and says the same.
    const fewest = each * j + (j > people - rest ? j - (people - rest) : 0n);
    const together = lowest[people] - lowest[others] + 1000n * (longest[fewest] + writs - longest[bundles]);
    most.set(j, leastOf([together, most.get(j) ?? together]));
  }
  const points = [...most].sort(([one], [two]) => Number(one - two)), apart = opening.map(e => e - opening[0]).reduce(divisorOf, 1000n);
  return squaresUnder(points, opening[0], apart);
}

/** Sums of the first 0, 1, 2, … of some numbers. */
function sumsOf(values) {
  const out = [0n];
  for (const value of values) out.push(out.at(-1) + value);
  return out;
}

/** Sum of squares at least of numbers that are `one` and multiples of `apart`, by what the least of them sum up to. */
function squaresUnder(points, one, apart) {
  const corners = [];
  for (const point of points) {
    while (corners.length > 1 && !isSteeper(corners.at(-2), corners.at(-1), point)) corners.pop();
    corners.push(point);
  }
  return sumOf(corners.slice(1).map(([end, high], n) => {
    const [start, low] = corners[n], rise = high - low, run = end - start;
    // No such number's square is below the line through the squares of the two around the slope.
    const below = one + apart * floored(rise - run * one, run * apart), above = below + apart;
    return (below + above) * rise - run * below * above;
  }));
}

/** Whether it goes up more from the second point to the third than from the first to the second. */
const isSteeper = ([a, low], [b, middle], [c, high]) => (middle - low) * (c - b) < (high - middle) * (b - a);
