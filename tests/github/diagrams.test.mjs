// GitHub draws the diagrams of a pull request's text with Mermaid: here Mermaid itself reads them.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { diagramsOf, expectedTexts } from './diagrams.mjs';

/** What Mermaid takes where it isn't told otherwise, and GitHub doesn't. */
const most = { letters: 50_000, edges: 500 };

describe('Mermaid', () => {
  let mermaid;

  before(async () => {
    const { window } = new JSDOM('');
    Object.assign(globalThis, { window, document: window.document });
    ({ default: mermaid } = await import('mermaid'));
  });

  for (const file of expectedTexts()) {
    it(`reads the chart and the tree of ${path.basename(file)}, within its limits`, async () => {
      const diagrams = diagramsOf(file);
      const types = await Promise.all(
        diagrams.map(async (source) => (await mermaid.parse(source)).diagramType),
      );
      assert.deepEqual(types, ['xychart', 'flowchart-v2']);
      for (const source of diagrams) {
        assert.ok(source.length < most.letters);
        assert.ok((source.match(/-->|==>|-\.->/g) ?? []).length < most.edges);
      }
    });
  }

  it('refuses what is none', async () => {
    await assert.rejects(mermaid.parse('flowchart TD\n  n1["one" n2'), /Parse error on line 3/);
  });
});
