import type { EventsResult, NodeView, RunView } from '../src/server/protocol';

export function runView(view: Partial<RunView> = {}): RunView {
  return {
    run: 'diamonds-1',
    task: 'diamonds',
    title: 'Diamond price',
    metric: 'RMSLE',
    direction: 'lower-is-better',
    liveness: 'live',
    nodes: 3,
    validNodes: 2,
    budgetNodes: 12,
    seconds: 41,
    solutionFile: 'solution.py',
    ...view,
  };
}

export function nodeView(view: Partial<NodeView> = {}): NodeView {
  return {
    node: 2,
    parents: [],
    operator: 'draft',
    plan: 'Boosted trees on the log of the price.\nThe metric compares logarithms.',
    state: 'valid',
    best: false,
    ...view,
  };
}

export function delta(seq: number, nodes: readonly NodeView[], view: Partial<RunView> = {}): EventsResult {
  const run = runView(view);
  return { run: run.run, seq, view: run, nodes };
}
