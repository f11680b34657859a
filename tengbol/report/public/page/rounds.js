// What could go round: one writ more here, one less there, until all is as before elsewhere (docs/lot.md, "Why so").
// An exchange is a cycle in a graph of what may change. Costs are looked at one after the other: where no cycle costs
// less than nothing in the first, only those that cost just nothing in it are left for the next. Shortest paths show it
// (Bellman 1958). All numbers are whole and stay below 2^53, so the browser's numbers are exact.

class TooLarge extends Error {}

const LEVELS = 7;

class Graph {
  constructor() {
    this.nodes = new Map();
    this.ways = [];
  }

  node(name) {
    if (!this.nodes.has(name)) this.nodes.set(name, this.nodes.size);
    return this.nodes.get(name);
  }

  /** thing: the text whose number counts where this way is taken, with its sign. */
  add(tail, head, thing, sign, first, second) {
    this.ways.push({tail: this.node(tail), head: this.node(head), thing, sign, costs: [first, second]});
  }

  /** The place of the first cost in which something goes round at less than nothing: 0, 1 or 2, the numbers; or null. */
  async less(numbered = true) {
    let ways = this.ways, numbers = null;
    for (let respect = 0; respect < (numbered ? 2 + LEVELS : 2); respect++) {
      if (respect === 2) numbers = await digestOf(ways.flatMap(way => (way.thing === null ? [] : [way.thing])));
      if (respect >= 2 && ways.every(way => way.thing === null)) return null;
      const level = 10 * (respect - 2);
      const cost = respect < 2
        ? ways.map(way => way.costs[respect])
        : ways.map(way => (way.thing === null ? 0 : way.sign * parseInt(numbers.get(way.thing).slice(level, level + 10), 16)));
      const far = distances(this.nodes.size, ways, cost);
      if (far === null) return Math.min(respect, 2);
      ways = ways.filter((way, n) => cost[n] + far[way.tail] === far[way.head]);
    }
    return null;
  }
}

/** How far each node is from wherever that is least; null where something goes round at less than nothing. */
function distances(nodes, ways, cost) {
  const most = cost.reduce((so, one) => Math.max(so, Math.abs(one)), 0);
  if (!Number.isSafeInteger(most * (nodes + 2))) throw new TooLarge();
  const far = new Float64Array(nodes), came = new Int32Array(nodes).fill(-1);
  for (let turn = 1; ; turn++) {
    let nearer = false;
    for (let n = 0; n < ways.length; n++) {
      const offered = far[ways[n].tail] + cost[n];
      if (offered < far[ways[n].head]) {
        far[ways[n].head] = offered;
        came[ways[n].head] = ways[n].tail;
        nearer = true;
      }
    }
    if (!nearer) return far;
    if (turn % 8 === 0 && goesRound(came)) return null;
  }
}

/** Whether the ways by which nodes were reached last lead round. */
function goesRound(came) {
  const seen = new Int32Array(came.length);
  for (let start = 0; start < came.length; start++) {
    let at = start;
    while (at >= 0 && seen[at] === 0) {
      seen[at] = start + 1;
      at = came[at];
    }
    if (at >= 0 && seen[at] === start + 1) return true;
  }
  return false;
}
