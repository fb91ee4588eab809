import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunList, starred } from '../src/runs/runList';
import type { RunView } from '../src/server/protocol';
import { delta, nodeView, runView } from './views';

function listOf(...runs: RunView[]): RunList {
  const list = new RunList();
  list.replace(runs);
  return list;
}

describe('The list of runs', () => {
  it('merges a delta: new nodes join, changed nodes are replaced, the others stay', () => {
    const list = listOf(runView());
    list.merge(delta(5, [nodeView({ node: 1 }), nodeView({ node: 2, state: 'executing' })]));
    list.merge(
      delta(9, [nodeView({ node: 2, state: 'valid', score: 0.1 }), nodeView({ node: 3, state: 'thinking' })]),
    );
    assert.deepEqual(
      list.nodes('diamonds-1').map((node) => [node.node, node.state]),
      [
        [3, 'thinking'],
        [2, 'valid'],
        [1, 'valid'],
      ],
    );
    assert.equal(list.seq('diamonds-1'), 9);
  });

  it('lets a delta that comes late change nothing', () => {
    const list = listOf(runView());
    list.merge(delta(9, [nodeView({ node: 1, state: 'valid' })]));
    assert.equal(list.merge(delta(4, [nodeView({ node: 1, state: 'thinking' })])), undefined);
    assert.equal(list.node('diamonds-1', 1)?.state, 'valid');
  });

  it('takes a new state of the run that came without an event', () => {
    const list = listOf(runView());
    list.merge(delta(9, [nodeView({ node: 1 })]));
    const change = list.merge(delta(9, [], { liveness: 'interrupted' }));
    assert.deepEqual(change, { run: 'diamonds-1', isFurther: false, nodes: [] });
    assert.equal(list.run('diamonds-1')?.liveness, 'interrupted');
    assert.equal(list.nodes('diamonds-1').length, 1);
  });

  it('keeps the order of the server, and takes no nodes of a run that is not in the list', () => {
    const list = new RunList();
    list.replace([runView({ run: 'letters-2' }), runView({ run: 'diamonds-1' })]);
    assert.equal(list.merge(delta(1, [nodeView()], { run: 'diamonds-2' })), undefined);
    list.merge(delta(1, [], { run: 'diamonds-1' }));
    assert.deepEqual(
      list.runs().map((run) => run.run),
      ['letters-2', 'diamonds-1'],
    );
  });

  it('keeps the nodes it knows when the list is read anew, and drops runs that are gone', () => {
    const list = listOf(runView(), runView({ run: 'letters-1' }));
    list.merge(delta(5, [nodeView({ node: 1 })]));
    list.merge(delta(5, [nodeView({ node: 1 })], { run: 'letters-1' }));
    list.replace([runView({ liveness: 'finished' })]);
    assert.equal(list.nodes('diamonds-1').length, 1);
    assert.equal(list.run('diamonds-1')?.liveness, 'finished');
    assert.equal(list.run('letters-1'), undefined);
    assert.deepEqual(list.nodes('letters-1'), []);
  });

  it('means the live run, else the paused one, by the current one', () => {
    const list = new RunList();
    list.replace([
      runView({ run: 'a-3', liveness: 'finished' }),
      runView({ run: 'a-2', liveness: 'paused' }),
    ]);
    assert.equal(list.current()?.run, 'a-2');
    list.replace([...list.runs(), runView({ run: 'a-1', liveness: 'live' })]);
    assert.equal(list.current()?.run, 'a-1');
    list.replace([runView({ liveness: 'interrupted' })]);
    assert.equal(list.current(), undefined);
  });

  it('gives the star to the chosen node, before there is one to the best', () => {
    const best = { node: 4, score: 0.09, standardError: 0.001 };
    assert.equal(starred(runView()), undefined);
    assert.equal(starred(runView({ best })), 4);
    assert.equal(starred(runView({ best, chosen: 3 })), 3);
  });
});
