import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFromPage, isPageState, pictureNode, type PictureNode } from '../src/searchTree/messages';
import { pageOf } from '../src/searchTree/page';
import { layOut } from '../webview/layout';
import { SearchTree } from '../webview/searchTree';
import { walk } from '../webview/walk';
import { nodeView } from './views';

/** A tree by the parents of its nodes 1, 2, 3, …; 0 for none. */
function treeOf(...parents: number[]): SearchTree {
  const tree = new SearchTree();
  tree.merge(
    parents.map((parent, index) => picture(index + 1, parent === 0 ? [] : [parent])),
    true,
  );
  return tree;
}

function picture(node: number, parents: number[], view: Partial<PictureNode> = {}): PictureNode {
  return { ...pictureNode(nodeView({ node, parents })), ...view };
}

/** The rows of the nodes, in order. */
function rows(tree: SearchTree): number[] {
  return Array.from(layOut(tree).places.values(), ({ row }) => row);
}

describe('The search tree', () => {
  it('takes nodes in any order and hangs each on its first parent', () => {
    const tree = new SearchTree();
    tree.merge([picture(3, [2, 1]), picture(1, []), picture(2, [1])], true);
    assert.deepEqual(tree.roots, [1]);
    assert.deepEqual(tree.children(2), [3]);
    assert.deepEqual(tree.line(3), [3, 2, 1]);
    assert.equal(tree.depth(3), 3);
  });

  it('says whether a delta brought other nodes or changed known ones', () => {
    const tree = treeOf(0, 1);
    assert.equal(tree.merge([picture(2, [1], { state: 'buggy' })], false), false);
    assert.equal(tree.node(2)?.state, 'buggy');
    assert.equal(tree.merge([picture(3, [1])], false), true);
    assert.deepEqual(tree.children(1), [2, 3]);
  });

  it('has no circle, whatever a log says', () => {
    const tree = new SearchTree();
    tree.merge([picture(1, [2]), picture(2, [1]), picture(3, [3]), picture(4, [99])], true);
    assert.deepEqual(tree.roots, [1, 3, 4]);
    assert.equal(layOut(tree).places.size, 4);
    assert.deepEqual(tree.line(2), [2, 1]);
  });
});

describe('The layout', () => {
  it('puts columns by depth and parents in the middle of their children', () => {
    const { places, columns } = layOut(treeOf(0, 1, 1, 1, 3));
    assert.deepEqual(
      Array.from(places.values(), ({ column, row }) => [column, row]),
      [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, 2],
        [2, 1],
      ],
    );
    assert.equal(columns, 3);
  });

  it('moves subtrees as close together as their outlines allow', () => {
    // The first child has three children of its own; the second has none and needs no more room than itself.
    assert.deepEqual(rows(treeOf(0, 1, 1, 2, 2, 2)), [1.5, 1, 2, 0, 1, 2]);
    // Deep beside shallow, both ways round.
    assert.deepEqual(rows(treeOf(0, 0, 2, 3, 3)), [0, 1, 1, 0.5, 1.5]);
  });

  it('keeps nodes of a column a row apart in trees of any form', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 50; round++) {
      const parents = Array.from({ length: 120 }, (_, index) =>
        random() < 0.1 ? 0 : Math.floor(random() ** (1 + (round % 4)) * (index + 1)),
      );
      const { places, rows: height } = layOut(treeOf(...parents));
      const sorted = [...places.values()].sort((a, b) => a.column - b.column || a.row - b.row);
      sorted.slice(1).forEach((place, index) => {
        const above = sorted[index];
        if (above?.column === place.column) assert.ok(place.row - above.row > 1 - 1e-6);
      });
      const all = Array.from(places.values(), ({ row }) => row);
      assert.equal(Math.min(...all), 0);
      assert.ok(Math.abs(Math.max(...all) - (height - 1)) < 1e-6);
    }
  });

  it('draws a chain of ten thousand nodes, and as many children of one', () => {
    const chain = layOut(treeOf(...Array.from({ length: 10_000 }, (_, index) => index)));
    assert.deepEqual([chain.columns, chain.rows], [10_000, 1]);
    const fan = layOut(treeOf(...Array.from({ length: 10_000 }, (_, index) => (index === 0 ? 0 : 1))));
    assert.deepEqual([fan.columns, fan.rows], [2, 9_999]);
  });
});

describe('The keyboard', () => {
  const tree = treeOf(0, 0, 1, 1, 2);
  const layout = layOut(tree);
  const go = (key: string, from: number) => walk(key, from, tree, layout, 4);

  it('goes to children and parents sideways, and up and down in a column, over the borders of families', () => {
    assert.equal(go('ArrowRight', 1), 3);
    assert.equal(go('ArrowLeft', 5), 2);
    assert.equal(go('ArrowDown', 3), 4);
    assert.equal(go('ArrowDown', 4), 5);
    assert.equal(go('ArrowUp', 5), 4);
  });

  it('knows the ends, the best, and where nothing is', () => {
    assert.deepEqual([go('Home', 5), go('End', 1), go('b', 1)], [1, 5, 4]);
    assert.deepEqual(
      [go('ArrowRight', 5), go('ArrowLeft', 1), go('ArrowUp', 1), go('x', 1)],
      [undefined, undefined, undefined, undefined],
    );
  });
});

describe('The page', () => {
  it('may load its own script and style sheet and nothing else', () => {
    const page = pageOf('vscode://a/main.js', 'vscode://a/main.css', { run: '"><script>alert(1)</script>' });
    const nonces = [...page.matchAll(/nonce="([^"]+)"/g)].map(([, nonce]) => nonce);
    assert.equal(nonces.length, 2);
    assert.ok(
      page.includes(`default-src 'none'; script-src 'nonce-${nonces[0]}'; style-src 'nonce-${nonces[1]}'`),
    );
    assert.doesNotMatch(page, /unsafe|style=|<style|onload/);
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.ok(!pageOf('a', 'b', {}).includes(nonces[0] ?? ''));
  });

  it('is not believed: a message of no known form does nothing', () => {
    assert.ok(isFromPage({ kind: 'ready' }));
    assert.ok(isFromPage({ kind: 'act', action: 'open', node: 3 }));
    for (const message of [
      undefined,
      'ready',
      { kind: 'run' },
      { kind: 'details' },
      { kind: 'details', node: '3' },
      { kind: 'act', node: 3 },
      { kind: 'act', action: 'workbench.action.quit', node: 3 },
      { kind: 'act', action: 'open', node: 3.5 },
    ]) {
      assert.equal(isFromPage(message), false);
    }
    assert.deepEqual(
      [isPageState({ run: 'a' }), isPageState({ run: 1 }), isPageState(null)],
      [true, false, false],
    );
  });

  it('gets of a node what the picture needs, and no texts', () => {
    const node = pictureNode(nodeView({ failure: 'KeyError', claim: 0.1, score: 0.2 }));
    assert.deepEqual(Object.keys(node).sort(), ['node', 'operator', 'parents', 'score', 'state']);
  });
});
