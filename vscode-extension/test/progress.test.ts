import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pictureNode, type PictureNode } from '../src/searchTree/messages';
import { hasSpend, progressOf, scoreRange, ticks } from '../webview/progress';
import { nodeView, runView } from './views';

const scored = (node: number, score: number, view: Partial<PictureNode> = {}): PictureNode => ({
  ...pictureNode(nodeView({ node, score, at: node * 10 })),
  ...view,
});
const lower = runView({ seconds: 100 });
const higher = runView({ seconds: 100, direction: 'higher-is-better' });

describe('The chart of the best score', () => {
  const nodes = [
    scored(1, 0.5),
    scored(2, 0.7),
    scored(3, 0.3),
    scored(4, 0.1, { rejected: true }),
    pictureNode(nodeView({ node: 5, state: 'buggy', at: 50 })),
    scored(6, 0.2),
  ];

  it('goes down by steps where lower is better, and up where higher is', () => {
    const steps = (run: typeof lower) => progressOf(nodes, run, 'nodes').steps.map(({ node }) => node);
    assert.deepEqual(steps(lower), [1, 3, 6]);
    assert.deepEqual(steps(higher), [1, 2]);
  });

  it('is of the scores over all folds where there are such', () => {
    const folded = [
      scored(1, 0.3, { byFolds: true }),
      scored(2, 0.1),
      scored(3, 0.4, { byFolds: true }),
      scored(4, 0.2, { byFolds: true }),
    ];
    const { points, steps } = progressOf(folded, lower, 'nodes');
    assert.deepEqual([points.length, steps.map(({ node }) => node)], [4, [1, 4]]);
  });

  it('stands against nodes where an imported run tells no time', () => {
    const untimed = [1, 2, 3, 4, 5].map((node) => pictureNode(nodeView({ node, score: node / 10 })));
    const { unit, points } = progressOf(untimed, runView({ imported: 'AIDE', seconds: 0 }), 'time');
    assert.deepEqual([unit, points.length], ['nodes', 5]);
    assert.equal(progressOf(nodes, runView({ imported: 'AIDE', seconds: 60 }), 'time').unit, 'seconds');
  });

  it('shows each valid node as a point, rejected ones as such', () => {
    const { points } = progressOf(nodes, lower, 'nodes');
    assert.deepEqual(
      points.map(({ node, isRejected }) => [node, isRejected]),
      [
        [1, false],
        [2, false],
        [3, false],
        [4, true],
        [6, false],
      ],
    );
  });

  it('takes nodes by when they were done, not by when they were started', () => {
    const parallel = [scored(1, 0.5, { at: 30 }), scored(2, 0.4, { at: 10 })];
    assert.deepEqual(
      progressOf(parallel, lower, 'time').steps.map(({ node, x }) => [node, x]),
      [[2, 10]],
    );
    assert.deepEqual(
      progressOf(parallel, lower, 'nodes').steps.map(({ node }) => node),
      [1, 2],
    );
  });

  it('goes on to the time that the run has come to, in a unit that people read', () => {
    const end = (seconds: number) => {
      const { unit, end: last } = progressOf(nodes, runView({ seconds }), 'time');
      return [unit, last];
    };
    assert.deepEqual(end(100), ['seconds', 100]);
    assert.deepEqual(end(600), ['minutes', 10]);
    assert.deepEqual(end(36_000), ['hours', 10]);
    // A node may be newer than the run's own line.
    assert.deepEqual(end(20), ['seconds', 60]);
  });

  it('counts spend in dollars where there is a price, else in tokens, else not at all', () => {
    assert.equal(hasSpend(nodes), false);
    const tokens = [scored(1, 0.5, { tokens: 9_000 })];
    assert.equal(hasSpend(tokens), true);
    assert.equal(progressOf(tokens, lower, 'spend').unit, 'tokens');
    const dollars = [scored(1, 0.5, { tokens: 9_000, dollars: 0.42 })];
    const { unit, steps } = progressOf(dollars, lower, 'spend');
    assert.deepEqual([unit, steps[0]?.x], ['dollars', 0.42]);
  });

  it('keeps one failure of a model from pressing all others into a line', () => {
    const many = [
      ...Array.from({ length: 30 }, (_, index) => scored(index + 1, 0.2 - index * 0.001)),
      scored(31, 1e9),
    ];
    const [low, high] = scoreRange(progressOf(many, lower, 'nodes'), lower);
    assert.ok(high < 1 && low < 0.171, `${low} to ${high}`);
    const mirrored = many.map((node) => ({ ...node, score: -(node.score ?? 0) }));
    const [from, to] = scoreRange(progressOf(mirrored, higher, 'nodes'), higher);
    assert.ok(from > -1 && to > -0.171, `${from} to ${to}`);
  });

  it('has a range where there is one score, or none', () => {
    for (const few of [[], [scored(1, 0.5)], [scored(1, 0), scored(2, 0)]]) {
      const [low, high] = scoreRange(progressOf(few, lower, 'nodes'), lower);
      assert.ok(low < high);
    }
  });
});

describe('Ticks', () => {
  it('are round and about as many as wished', () => {
    assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
    assert.deepEqual(ticks(0.093, 0.58, 5), [0.1, 0.2, 0.3, 0.4, 0.5]);
    assert.deepEqual(ticks(-0.3, 0.3, 3), [-0.2, 0, 0.2]);
  });

  it('come to an end for whatever they are asked', () => {
    assert.deepEqual(ticks(3, 3, 5), [3]);
    assert.deepEqual(ticks(NaN, 1, 5), [NaN]);
    assert.ok(ticks(1e-12, 1, 4).length < 12);
  });
});
