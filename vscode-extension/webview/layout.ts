import type { SearchTree } from './searchTree';

/** Where a node stands: column by column from left to right, rows from top to bottom, both from 0. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

export interface Layout {
  readonly places: ReadonlyMap<number, Place>;
  readonly columns: number;
  readonly rows: number;
}

/** The outline of a subtree. The arrays begin with its deepest column, so that a parent is added at their end. */
interface Outline {
  readonly top: number[];
  readonly bottom: number[];
  /** What to add to the rows of both. */
  shift: number;
}

/**
 * A tidy drawing: nodes of a column at least a row apart, parents in the middle of their children, subtrees as close
 * together as their outlines allow, and the same subtree drawn the same wherever it stands. After Reingold and
 * Tilford, "Tidier Drawings of Trees" (1981); in linear time, since two outlines are merged over the shorter one.
 */
export function layOut(tree: SearchTree): Layout {
  const order = Array.from(tree.nodes(), ({ node }) => node);
  const outlines = new Map<number, Outline>();
  /** Each node's row beneath that of its parent. */
  const offsets = new Map<number, number>();
  // Parents have lower numbers than their children, so no recursion is needed, however deep the tree is.
  for (const node of order.toReversed()) {
    const outline = together(tree.children(node), outlines, offsets);
    outline.top.push(-outline.shift);
    outline.bottom.push(-outline.shift);
    outlines.set(node, outline);
  }
  together(tree.roots, outlines, offsets);

  const places = new Map<number, Place>();
  let [columns, first, last] = [0, 0, 0];
  for (const node of order) {
    const parent = tree.parent(node);
    const above = parent === undefined ? undefined : places.get(parent);
    const place = {
      column: above ? above.column + 1 : 0,
      row: (above?.row ?? 0) + (offsets.get(node) ?? 0),
    };
    places.set(node, place);
    columns = Math.max(columns, place.column + 1);
    first = Math.min(first, place.row);
    last = Math.max(last, place.row);
  }
  for (const [node, { column, row }] of places) places.set(node, { column, row: row - first });
  return { places, columns, rows: places.size === 0 ? 0 : last - first + 1 };
}

/** Puts siblings beneath each other and says where each stands from the middle; the outline counts from there too. */
function together(
  siblings: readonly number[],
  outlines: Map<number, Outline>,
  offsets: Map<number, number>,
): Outline {
  let all: Outline | undefined;
  const rows: number[] = [];
  for (const sibling of siblings) {
    const next = outlines.get(sibling) ?? { top: [0], bottom: [0], shift: 0 };
    outlines.delete(sibling);
    const row = all ? distance(all, next) : 0;
    rows.push(row);
    next.shift += row;
    all = all ? joined(all, next) : next;
  }
  const middle = ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2;
  siblings.forEach((sibling, index) => offsets.set(sibling, (rows[index] ?? 0) - middle));
  if (all) all.shift -= middle;
  return all ?? { top: [], bottom: [], shift: 0 };
}

/** How far the lower one must be moved down to stand a row beneath the upper one. */
function distance(upper: Outline, lower: Outline): number {
  let most = -Infinity;
  for (let depth = 1; depth <= Math.min(upper.bottom.length, lower.top.length); depth++) {
    const bottom = (upper.bottom.at(-depth) ?? 0) + upper.shift;
    const top = (lower.top.at(-depth) ?? 0) + lower.shift;
    most = Math.max(most, bottom - top + 1);
  }
  return most;
}

/** The outline of both; the deeper one's arrays are used again. */
function joined(upper: Outline, lower: Outline): Outline {
  const shared = Math.min(upper.top.length, lower.top.length);
  const isUpperDeeper = upper.top.length >= lower.top.length;
  const [kept, other] = isUpperDeeper ? [upper, lower] : [lower, upper];
  const [from, to] = isUpperDeeper ? [other.bottom, kept.bottom] : [other.top, kept.top];
  for (let depth = 1; depth <= shared; depth++) {
    to[to.length - depth] = (from.at(-depth) ?? 0) + other.shift - kept.shift;
  }
  return kept;
}
