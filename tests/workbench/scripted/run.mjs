// A run that plays the candidates one after the other, as the views of the protocol show it.
import { candidates } from './candidates.mjs';

const stages = [
  ['thinking', 700],
  ['executing', 1500],
  ['scoring', 400],
];

export class ScriptedRun {
  seq = 0;
  liveness = 'live';
  /** Each node's view, with the sequence number at which it changed last. */
  nodes = [];
  #best;
  #chosen;
  #timer;
  #started = Date.now();
  #budget;
  #changed;

  constructor(id, budget, changed) {
    this.id = id;
    this.#budget = Math.min(budget, candidates.length);
    this.#changed = changed;
    this.#advance();
  }

  view() {
    const last = this.nodes.at(-1)?.view;
    return {
      run: this.id,
      task: 'diamonds',
      title: 'Diamond price',
      metric: 'RMSLE',
      direction: 'lower-is-better',
      liveness: this.liveness,
      nodes: this.nodes.length,
      validNodes: this.nodes.filter(({ view }) => view.state === 'valid').length,
      budgetNodes: this.#budget,
      best: this.#best && {
        node: this.#best.node,
        score: this.#best.score,
        standardError: this.#best.standardError,
      },
      chosen: this.#chosen,
      seconds: this.#seconds,
      solutionFile: 'solution.py',
      now: this.liveness === 'live' && last ? `${last.state} #${last.node}` : undefined,
    };
  }

  /** A person wants nothing more of a node, or does again. */
  reject(node, rejected) {
    const { view } = this.nodes[node - 1];
    this.#change({ ...view, rejected });
    const valid = this.nodes
      .map(({ view }) => view)
      .filter(({ state, rejected }) => state === 'valid' && !rejected);
    this.#best = valid.sort((a, b) => a.score - b.score)[0];
    this.#chosen = this.liveness === 'finished' ? this.#best?.node : undefined;
    this.#tell();
  }

  changedAfter(seq) {
    const best = this.#best?.node;
    return this.nodes
      .filter((node) => node.seq > seq)
      .map(({ view }) => ({ ...view, best: view.node === best }));
  }

  pause() {
    if (this.liveness !== 'live') return;
    clearTimeout(this.#timer);
    this.liveness = 'paused';
    this.#tell();
  }

  continue() {
    if (this.liveness !== 'paused') return;
    this.liveness = 'live';
    this.#tell();
    this.#advance();
  }

  stop() {
    clearTimeout(this.#timer);
    this.liveness = 'finished';
    this.#chosen = this.#best?.node;
    this.#tell();
  }

  get #seconds() {
    return (Date.now() - this.#started) / 1000;
  }

  #advance() {
    const last = this.nodes.at(-1);
    const stage = last ? stages.findIndex(([name]) => name === last.view.state) : -1;
    if (stage >= 0 && stage + 1 < stages.length) this.#change({ ...last.view, state: stages[stage + 1][0] });
    else if (stage >= 0) this.#finish(last.view);
    else if (this.nodes.length === this.#budget) return this.stop();
    else this.#draftNext();
    const state = this.nodes.at(-1).view.state;
    this.#timer = setTimeout(() => this.#advance(), stages.find(([name]) => name === state)?.[1] ?? 50);
  }

  #draftNext() {
    const node = this.nodes.length + 1;
    const { operator, parents, plan } = candidates[node - 1];
    this.nodes.push({ seq: 0, view: undefined });
    this.#change({ node, operator, parents, plan, state: 'thinking' });
  }

  #finish(view) {
    const { score, failure, parents } = candidates[view.node - 1];
    if (failure) return this.#change({ ...view, state: 'buggy', failure, seconds: 0.5, at: this.#seconds });
    const before = candidates[(parents[0] ?? 0) - 1]?.score;
    const done = {
      ...view,
      state: 'valid',
      score,
      standardError: score / 180,
      claim: score * 0.99,
      gain: before === undefined ? undefined : before - score,
      gainError: before === undefined ? undefined : Math.abs(before - score) / 20,
      seconds: 0.5,
      at: this.#seconds,
    };
    if (!this.#best || score < this.#best.score) this.#best = done;
    this.#change(done);
  }

  #change(view) {
    this.nodes[view.node - 1] = { seq: this.seq + 1, view };
    this.#tell();
  }

  #tell() {
    this.seq++;
    this.#changed(this);
  }
}
