import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arrange, arrangementOf, arrangementWords, everything } from '../src/runs/arrangement';
import { Deaths } from '../src/runs/deaths';
import { RunList } from '../src/runs/runList';
import { nodeView, runView } from './views';

const run = runView({ best: { node: 4, score: 0.1, standardError: 0.001 } });
/** Newest first, as the list gives them. */
const nodes = [
  nodeView({ node: 5, parents: [4], state: 'executing' }),
  nodeView({ node: 4, parents: [2], score: 0.1 }),
  nodeView({ node: 3, parents: [1], state: 'buggy' }),
  nodeView({ node: 2, parents: [], score: 0.3 }),
  nodeView({ node: 1, parents: [], score: 0.2 }),
];

describe('The arrangement of nodes', () => {
  const numbers = (filter: typeof everything.filter, sort: typeof everything.sort = 'number', view = run) =>
    arrange(nodes, view, { filter, sort }).map(({ node }) => node);

  it('leaves out what is not asked for', () => {
    assert.deepEqual(numbers('all'), [5, 4, 3, 2, 1]);
    assert.deepEqual(numbers('valid'), [4, 2, 1]);
    assert.deepEqual(numbers('buggy'), [3]);
    assert.deepEqual(numbers('best-line'), [4, 2]);
    assert.deepEqual(numbers('best-line', 'number', runView()), []);
  });

  it('puts the best first, whichever way the metric runs, and what has no score last', () => {
    assert.deepEqual(numbers('all', 'score'), [4, 1, 2, 5, 3]);
    assert.deepEqual(numbers('valid', 'score', { ...run, direction: 'higher-is-better' }), [2, 1, 4]);
  });

  it('puts scores over all folds before those of the first fold alone', () => {
    const folded = [
      nodeView({ node: 3, score: 0.05 }),
      nodeView({ node: 2, score: 0.3, byFolds: true }),
      nodeView({ node: 1, score: 0.2, byFolds: true }),
    ];
    assert.deepEqual(
      arrange(folded, run, { filter: 'all', sort: 'score' }).map(({ node }) => node),
      [1, 2, 3],
    );
  });

  it('is what was remembered, as far as that still makes sense', () => {
    assert.deepEqual(arrangementOf({ filter: 'valid', sort: 'score' }), { filter: 'valid', sort: 'score' });
    assert.deepEqual(arrangementOf({ filter: 'gone', sort: 1 }), everything);
    assert.deepEqual(arrangementOf(undefined), everything);
  });

  it('is said in words where it is not the usual one', () => {
    assert.equal(arrangementWords(everything), undefined);
    assert.equal(
      arrangementWords({ filter: 'best-line', sort: 'score' }),
      'The line to the best only, best score first.',
    );
  });
});

describe('A run whose process dies', () => {
  const told = (...states: ('live' | 'paused' | 'interrupted' | 'finished')[]) => {
    const list = new RunList();
    const deaths = new Deaths();
    return states.map((liveness) => {
      list.replace([runView({ liveness })]);
      return deaths.news(list).length;
    });
  };

  it('is told of once while the window looks on', () => {
    assert.deepEqual(told('live', 'interrupted', 'interrupted', 'live', 'interrupted'), [0, 1, 0, 0, 1]);
    const list = new RunList();
    const deaths = new Deaths();
    list.replace([runView()]);
    deaths.news(list);
    list.replace([runView({ liveness: 'interrupted' })]);
    assert.deepEqual(
      deaths.news(list).map(({ run }) => run),
      ['diamonds-1'],
    );
  });

  it('is no news where it was found dead, or has ended', () => {
    assert.deepEqual(told('interrupted', 'interrupted'), [0, 0]);
    assert.deepEqual(told('live', 'finished'), [0, 0]);
  });
});
