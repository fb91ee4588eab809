import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  duration,
  isClearGain,
  nodeDescription,
  nodeLabel,
  nodeTooltip,
  number,
  runDescription,
  runTooltip,
  statusText,
  withError,
} from '../src/runs/labels';
import { nodeView, runView } from './views';

describe('A score over all folds', () => {
  const run = runView({ best: { node: 2, score: 0.0991, standardError: 0.0002, byFolds: true } });

  it('is called so wherever it stands', () => {
    const node = nodeView({ score: 0.0991, standardError: 0.0002, byFolds: true });
    assert.equal(nodeLabel(node, run), '#2 draft  0.09910 ± 0.00020 by folds');
    assert.match(
      nodeTooltip(node, run),
      /RMSLE 0\.09910 ± 0\.00020 by folds, each train row blind on one of them/,
    );
    assert.doesNotMatch(nodeTooltip(node, run), /on the holdout/);
    assert.match(runDescription(run), /^0\.09910 ± 0\.00020 by folds · /);
  });
});

describe('A run that another program made', () => {
  const run = runView({
    liveness: 'finished',
    imported: 'AIDE',
    metric: "AIDE's metric",
    nodes: 20,
    best: { node: 2, score: 0.133941, claimed: true },
    seconds: 0,
  });

  it('says of each score that it is a claim, to more digits than an error would leave', () => {
    const node = nodeView({ score: 0.13539, claim: 0.13539, claimed: true });
    assert.equal(nodeLabel(node, run), '#2 draft  0.13539 claimed');
    assert.match(nodeTooltip(node, run), /AIDE's metric 0\.13539 claimed by its own code, not graded here/);
    assert.doesNotMatch(nodeTooltip(node, run), /on the holdout|The code itself claims/);
  });

  it('says where it comes from, and no time that nobody knows', () => {
    assert.equal(runDescription(run), '0.133941 claimed · 20 nodes · imported from AIDE');
    assert.match(
      runTooltip(run),
      /20 nodes, 2 with a score that their own code claims; nothing was graded here/,
    );
    assert.doesNotMatch(runTooltip(run), /0 s/);
  });

  it('does not guess what became of a node that the file does not tell of', () => {
    assert.equal(nodeLabel(nodeView({ state: 'unknown' }), run), '#2 draft  not known');
  });
});

describe('Scores', () => {
  it('show the digits that their error leaves meaningful', () => {
    assert.equal(withError(0.093123, 0.00041), '0.09312 ± 0.00041');
    assert.equal(withError(-0.00003, 0.00041), '-0.00003 ± 0.00041');
    assert.equal(withError(0.093123, 0.00014), '0.09312 ± 0.00014');
    assert.equal(withError(1523.4, 12.2), '1523 ± 12');
    assert.equal(withError(1523.4, 31), '1523 ± 31');
    assert.equal(withError(0.5, 0.0999), '0.500 ± 0.100');
  });

  it('without an error show four digits and no tail of zeros', () => {
    assert.equal(withError(0.0931234, undefined), '0.09312');
    assert.equal(withError(0.5, 0), '0.5');
    assert.equal(number(0), '0');
    assert.equal(number(Number.NaN), 'NaN');
  });
});

describe('A node', () => {
  it('is named by number, operator and score', () => {
    const node = nodeView({
      node: 7,
      operator: 'improve',
      parents: [3],
      score: 0.09312,
      standardError: 0.00041,
    });
    assert.equal(nodeLabel(node, runView()), '#7 improve  0.09312 ± 0.00041');
  });

  it('tells its gain on its parent by an arrow that points up where it is better', () => {
    assert.equal(
      nodeDescription(nodeView({ parents: [3], gain: 0.0042, gainError: 0.0003 })),
      '▲ 0.00420 on #3',
    );
    assert.equal(
      nodeDescription(nodeView({ parents: [3], gain: -0.0042, gainError: 0.0003 })),
      '▼ 0.00420 on #3',
    );
    assert.equal(nodeDescription(nodeView({ parents: [3], gain: 0 })), '= 0 on #3');
    assert.equal(
      nodeDescription(nodeView({ parents: [3], standardError: 0.01, gain: 2e-8, gainError: 1e-8 })),
      '= 0 on #3',
    );
    assert.equal(nodeDescription(nodeView()), '');
  });

  it('has no clear gain where the error explains it', () => {
    assert.equal(isClearGain(nodeView({ gain: 0.0002, gainError: 0.0003 })), false);
    assert.equal(isClearGain(nodeView({ gain: 0.0004, gainError: 0.0003 })), true);
    assert.equal(isClearGain(nodeView()), false);
  });

  it('that failed says why in one line', () => {
    const node = nodeView({ state: 'buggy', failure: `KeyError: 'colour'\n  at line 3` });
    assert.equal(nodeLabel(node, runView()), '#2 draft  failed');
    assert.equal(nodeDescription(node), "KeyError: 'colour'");
    assert.equal(nodeDescription(nodeView({ state: 'buggy', failure: 'x'.repeat(200) })).length, 80);
  });

  it('under way says what it does and what it is about', () => {
    const node = nodeView({ state: 'executing' });
    assert.equal(nodeLabel(node, runView()), '#2 draft  executing…');
    assert.equal(nodeLabel(node, runView({ liveness: 'interrupted' })), '#2 draft  interrupted');
    assert.equal(nodeLabel(node, runView({ liveness: 'finished' })), '#2 draft  given up');
    assert.equal(nodeDescription(node), 'Boosted trees on the log of the price.');
  });

  it('that ran says for how long, and that a person rejected it', () => {
    const node = nodeView({ parents: [1], gain: 0.25, gainError: 0.02, seconds: 4.271 });
    assert.equal(nodeDescription(node), '▲ 0.250 on #1 · 4.3 s');
    assert.equal(
      nodeDescription({ ...node, seconds: 95, rejected: true }),
      'rejected · ▲ 0.250 on #1 · 1 min 35 s',
    );
  });

  it('has its score, claim, gain and plan in the tooltip', () => {
    const node = nodeView({
      node: 7,
      operator: 'improve',
      parents: [3],
      score: 0.09312,
      standardError: 0.00041,
      claim: 0.0925,
      gain: 0.0042,
      gainError: 0.0003,
      seconds: 12,
    });
    const run = runView({ best: { node: 7, score: 0.09312, standardError: 0.00041 } });
    assert.equal(
      nodeTooltip(node, run),
      [
        '#7 improve of #3, the best so far',
        '',
        'RMSLE 0.09312 ± 0.00041 on the holdout',
        'The code itself claims 0.0925',
        '▲ 0.00420 ± 0.00030 on #3',
        'Ran for 12 s',
        '',
        'Boosted trees on the log of the price.',
        'The metric compares logarithms.',
      ].join('\n'),
    );
  });
});

describe('A run', () => {
  const best = { node: 2, score: 0.09312, standardError: 0.00041 };

  it('shows its best score and how far it is', () => {
    assert.equal(runDescription(runView({ best })), '0.09312 ± 0.00041 · 3 of 12');
    assert.equal(
      runDescription(runView({ best, liveness: 'paused' })),
      '0.09312 ± 0.00041 · 3 of 12 · paused',
    );
    assert.equal(
      runDescription(runView({ best, liveness: 'finished' })),
      '0.09312 ± 0.00041 · 3 nodes · finished',
    );
    assert.equal(runDescription(runView()), '3 of 12');
  });

  it('stands in the status bar with its state as an icon', () => {
    assert.equal(statusText(runView({ best })), '$(sync~spin) RMSLE 0.09312 · 3/12');
    assert.equal(statusText(runView({ liveness: 'paused' })), '$(debug-pause) paused · 3/12');
    assert.equal(statusText(runView({ best, liveness: 'finished' })), '$(pass) RMSLE 0.09312');
  });
});

describe('A duration', () => {
  it('is told in the units a person would use', () => {
    assert.deepEqual([4.4, 59.4, 60, 95, 3600, 7290].map(duration), [
      '4 s',
      '59 s',
      '1 min',
      '1 min 35 s',
      '1 h 0 min',
      '2 h 1 min',
    ]);
  });

  it('never shows sixty seconds', () => {
    assert.deepEqual([59.7, 119.8, 3599.9].map(duration), ['1 min', '2 min', '1 h 0 min']);
  });
});

describe('What a run spends on models', () => {
  it('stands in its line and in the status bar, with a sign once most of it is spent', () => {
    const run = runView({ cost: '$0.42 of $2.00' });
    assert.equal(runDescription(run), '3 of 12 · $0.42 of $2.00');
    assert.equal(statusText(run), '$(sync~spin) live · 3/12 · $0.42 of $2.00');
    const nearly = runView({ cost: '$1.70 of $2.00', warning: '85 % of the budget for models is spent' });
    assert.equal(runDescription(nearly), '3 of 12 · ⚠ $1.70 of $2.00');
    assert.match(runTooltip(nearly), /^85 % of the budget for models is spent$/m);
    assert.equal(statusText(runView()), '$(sync~spin) live · 3/12');
  });
});
