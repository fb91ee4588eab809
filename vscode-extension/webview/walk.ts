import type { Layout } from './layout';
import type { SearchTree } from './searchTree';

/**
 * Where a key leads from a node, as the picture lies: right to the first child, left to the parent, up and down in
 * the column, to the ends with Home and End, and to the best with b. Undefined where it leads nowhere.
 */
export function walk(
  key: string,
  from: number,
  tree: SearchTree,
  layout: Layout,
  best: number | undefined,
): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return tree.children(from)[0];
    case 'ArrowLeft':
      return tree.parent(from);
    case 'ArrowDown':
      return neighbour(from, layout, 1);
    case 'ArrowUp':
      return neighbour(from, layout, -1);
    case 'Home':
      return tree.roots[0];
    case 'End':
      return [...layout.places.keys()].at(-1);
    case 'b':
      return best;
    default:
      return undefined;
  }
}

/** The next node of the same column, downwards or upwards. */
function neighbour(from: number, { places }: Layout, direction: 1 | -1): number | undefined {
  const start = places.get(from);
  if (!start) return undefined;
  let nearest: number | undefined;
  let least = Infinity;
  for (const [node, { column, row }] of places) {
    const distance = (row - start.row) * direction;
    if (column !== start.column || distance <= 0 || distance >= least) continue;
    nearest = node;
    least = distance;
  }
  return nearest;
}
