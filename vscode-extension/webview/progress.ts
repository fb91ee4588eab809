import type { PictureNode } from '../src/searchTree/messages';
import type { RunView } from '../src/server/protocol';

export type Axis = 'time' | 'nodes' | 'spend';

export interface Point {
  readonly node: number;
  readonly x: number;
  readonly score: number;
  readonly isRejected: boolean;
}

export interface Progress {
  /** The valid nodes, from left to right. */
  readonly points: readonly Point[];
  /** Those of them that became the best. */
  readonly steps: readonly Point[];
  /** How far the axis goes. */
  readonly end: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'nodes' | 'dollars' | 'tokens';
}

/** Whether anything was spent on models: there is no such axis else. */
export function hasSpend(nodes: Iterable<PictureNode>): boolean {
  for (const node of nodes) if (node.tokens !== undefined || node.dollars !== undefined) return true;
  return false;
}

/** The best score so far against time, nodes or spend. A rejected node is a point, and never the best. Where train is cut into folds the best is by all of them. */
export function progressOf(all: readonly PictureNode[], run: RunView, axis: Axis): Progress {
  const unit = unitOf(all, run, axis);
  const valueOf = (node: PictureNode) => {
    switch (unit) {
      case 'nodes':
        return node.node;
      case 'dollars':
        return node.dollars ?? 0;
      case 'tokens':
        return node.tokens ?? 0;
      default:
        return node.at === undefined ? undefined : node.at / perUnit[unit];
    }
  };
  const points = all
    .flatMap((node): Point[] => {
      const x = valueOf(node);
      if (node.state !== 'valid' || node.score === undefined || x === undefined) return [];
      return [{ node: node.node, x, score: node.score, isRejected: node.rejected === true }];
    })
    .sort((a, b) => a.x - b.x || a.node - b.node);
  const steps: Point[] = [];
  // A score over all folds is of other rows than one on the first: once there are such, the best is one of them.
  const folded = new Set(all.filter(({ byFolds }) => byFolds === true).map(({ node }) => node));
  for (const point of points) {
    const best = steps.at(-1);
    if (folded.size > 0 && !folded.has(point.node)) continue;
    if (!point.isRejected && (!best || isBetter(point.score, best.score, run))) steps.push(point);
  }
  const last = all.reduce((most, node) => Math.max(most, valueOf(node) ?? 0), 0);
  const end = unit in perUnit ? Math.max(last, run.seconds / perUnit[unit as keyof typeof perUnit]) : last;
  return { points, steps, end, unit };
}

export function isBetter(score: number, than: number, { direction }: RunView): boolean {
  return direction === 'lower-is-better' ? score < than : score > than;
}

/**
 * The scores that the chart shows, lowest first. A tenth of the nodes may lie outside on the bad side, so that one
 * failure of a model doesn't press all others into a line; a node that was the best is always inside but for the
 * first ones.
 */
export function scoreRange({ points, steps }: Progress, run: RunView): readonly [number, number] {
  const scores = points.map(({ score }) => score).sort((a, b) => a - b);
  if (run.direction === 'higher-is-better') scores.reverse();
  const best = scores[0] ?? 0;
  const usual = scores[Math.ceil((scores.length - 1) * 0.9)] ?? best;
  const second = steps[1]?.score ?? best;
  const worst = isBetter(usual, second, run) ? second : usual;
  const span = Math.abs(worst - best) || Math.abs(best) * 0.5 || 1;
  // Beside the best there is room for what is written there.
  const [near, far] = [span * 0.22, span * 0.08];
  return best <= worst ? [best - near, worst + far] : [worst - far, best + near];
}

/** Round values between two others, about as many as wished. */
export function ticks(from: number, to: number, wished: number): number[] {
  const span = to - from;
  if (!(span > 0) || wished < 1) return [from];
  const rough = span / wished;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const values: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    values.push(Number((index * step).toPrecision(12)));
  }
  return values;
}

const perUnit = { seconds: 1, minutes: 60, hours: 3600 } as const;

function unitOf(nodes: readonly PictureNode[], run: RunView, axis: Axis): Progress['unit'] {
  // An imported run may not tell any time.
  if (
    axis === 'nodes' ||
    (run.imported !== undefined && axis === 'time' && nodes.every(({ at }) => at === undefined))
  )
    return 'nodes';
  if (axis === 'spend') return nodes.some((node) => node.dollars !== undefined) ? 'dollars' : 'tokens';
  return run.seconds < 180 ? 'seconds' : run.seconds < 3 * 3600 ? 'minutes' : 'hours';
}
