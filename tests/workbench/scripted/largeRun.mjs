// A finished run of thousands of nodes, whose scores come closer and closer to the best.
const title = 'Large run';

export class LargeRun {
  id = 'large-1';
  liveness = 'finished';
  seq;
  #nodes;
  #best;

  constructor(count) {
    this.seq = count;
    this.#nodes = Array.from({ length: count }, (_, index) => this.#node(index + 1));
    this.#best = this.#nodes.filter(({ state }) => state === 'valid').sort((a, b) => a.score - b.score)[0];
  }

  view() {
    const { node, score, standardError } = this.#best;
    return {
      run: this.id,
      task: 'large',
      title,
      metric: 'RMSLE',
      direction: 'lower-is-better',
      liveness: this.liveness,
      nodes: this.#nodes.length,
      validNodes: this.#nodes.filter(({ state }) => state === 'valid').length,
      budgetNodes: this.#nodes.length,
      best: { node, score, standardError },
      chosen: node,
      seconds: this.#nodes.length * 2,
      solutionFile: 'solution.py',
    };
  }

  changedAfter(seq) {
    return this.#nodes.slice(seq);
  }

  #node(node) {
    // Parents lie anywhere before; every seventh node fails, every fortieth is a draft.
    const parent = node % 40 === 1 ? undefined : 1 + ((node * 7919) % (node - 1));
    const isBuggy = node % 7 === 3;
    const view = {
      node,
      parents: parent === undefined ? [] : [parent],
      operator: parent === undefined ? 'draft' : parent % 7 === 3 ? 'debug' : 'improve',
      plan: `Try number ${node}.`,
      at: node * 2,
      seconds: 1,
      best: false,
    };
    if (isBuggy) return { ...view, state: 'buggy', failure: 'ValueError' };
    const score = 0.1 + 0.4 / Math.sqrt(node) + ((node * 31) % 97) / 2000;
    return { ...view, state: 'valid', score, standardError: 0.0004 };
  }
}
