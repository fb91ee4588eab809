import type { NodeView, RunView } from '../server/protocol';
import { starred } from './runList';

export const filters = ['all', 'valid', 'buggy', 'best-line'] as const;
export const sorts = ['number', 'score'] as const;

export type Filter = (typeof filters)[number];
export type Sort = (typeof sorts)[number];

/** Which nodes of a run are listed, and in which order. */
export interface Arrangement {
  readonly filter: Filter;
  readonly sort: Sort;
}

export const everything: Arrangement = { filter: 'all', sort: 'number' };

/** What was remembered, as far as it still makes sense. */
export function arrangementOf(remembered: unknown): Arrangement {
  if (typeof remembered !== 'object' || remembered === null) return everything;
  const { filter, sort } = remembered as { filter?: unknown; sort?: unknown };
  return {
    filter: filters.find((name) => name === filter) ?? everything.filter,
    sort: sorts.find((name) => name === sort) ?? everything.sort,
  };
}

/** Arranges nodes that come newest first. By score the best is first, and those without one are last. */
export function arrange(
  nodes: readonly NodeView[],
  run: RunView,
  { filter, sort }: Arrangement,
): readonly NodeView[] {
  const kept = filter === 'all' ? nodes : nodes.filter(fitting(filter, nodes, run));
  if (sort === 'number') return kept;
  const sign = run.direction === 'lower-is-better' ? 1 : -1;
  return [...kept].sort((a, b) => {
    if (a.score === undefined || b.score === undefined) {
      return Number(a.score === undefined) - Number(b.score === undefined);
    }
    // Over all folds they are of other rows than on the first: what leads has such a score.
    return Number(b.byFolds === true) - Number(a.byFolds === true) || (a.score - b.score) * sign;
  });
}

/** In a few words, above the list; undefined where nothing is left out and the order is the usual one. */
export function arrangementWords({ filter, sort }: Arrangement): string | undefined {
  const kept = {
    all: 'All nodes',
    valid: 'Valid nodes',
    buggy: 'Failed nodes',
    'best-line': 'The line to the best',
  };
  if (filter === 'all' && sort === 'number') return undefined;
  return `${kept[filter]}${filter === 'all' ? '' : ' only'}, ${sort === 'score' ? 'best score' : 'newest'} first.`;
}

function fitting(filter: Filter, nodes: readonly NodeView[], run: RunView): (node: NodeView) => boolean {
  if (filter !== 'best-line') return ({ state }) => state === filter;
  const parents = new Map(nodes.map(({ node, parents: [parent] }) => [node, parent]));
  const line = new Set<number>();
  for (let node = starred(run); node !== undefined && !line.has(node); node = parents.get(node))
    line.add(node);
  return ({ node }) => line.has(node);
}
