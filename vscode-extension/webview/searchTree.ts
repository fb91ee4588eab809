import type { PictureNode } from '../src/searchTree/messages';

/** The nodes of a run by number, with who comes from whom. A node hangs on its first parent. */
export class SearchTree {
  private readonly known = new Map<number, PictureNode>();
  private readonly childrenOf = new Map<number, number[]>();
  private readonly rootList: number[] = [];

  get size(): number {
    return this.known.size;
  }

  /** Those that come from no other, in order. */
  get roots(): readonly number[] {
    return this.rootList;
  }

  /** In the order of their numbers. */
  nodes(): IterableIterator<PictureNode> {
    return this.known.values();
  }

  node(node: number): PictureNode | undefined {
    return this.known.get(node);
  }

  children(node: number): readonly number[] {
    return this.childrenOf.get(node) ?? [];
  }

  parent(node: number): number | undefined {
    const parent = this.known.get(node)?.parents[0];
    return parent !== undefined && parent < node && this.known.has(parent) ? parent : undefined;
  }

  siblings(node: number): readonly number[] {
    const parent = this.parent(node);
    return parent === undefined ? this.rootList : this.children(parent);
  }

  /** The node and its first parents, up to the root. */
  line(node: number | undefined): number[] {
    const line: number[] = [];
    for (let at = node; at !== undefined && this.known.has(at); at = this.parent(at)) line.push(at);
    return line;
  }

  depth(node: number): number {
    return this.line(node).length;
  }

  /** Takes nodes that are new or have changed; true where the tree has others than before. */
  merge(nodes: readonly PictureNode[], whole: boolean): boolean {
    if (whole) {
      this.known.clear();
      this.childrenOf.clear();
      this.rootList.length = 0;
    }
    let hasGrown = whole;
    for (const node of [...nodes].sort((a, b) => a.node - b.node)) {
      const isNew = !this.known.has(node.node);
      this.known.set(node.node, node);
      if (!isNew) continue;
      hasGrown = true;
      // Only an earlier node can be a parent: whatever a log says, there is no circle.
      const parent = node.parents[0];
      if (parent === undefined || parent >= node.node || !this.known.has(parent)) {
        this.rootList.push(node.node);
      } else {
        const siblings = this.childrenOf.get(parent);
        if (siblings) siblings.push(node.node);
        else this.childrenOf.set(parent, [node.node]);
      }
    }
    return hasGrown;
  }
}
