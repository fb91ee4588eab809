import { Camera, type Box } from './camera';
import { cardHeight, cardWidth, drawCard, drawMark, nodeWords } from './card';
import { set, svg } from './dom';
import { layOut, type Layout } from './layout';
import { familyOf, standingOf } from './marks';
import type { SearchTree } from './searchTree';
import { walk } from './walk';

/** From the middle of a node to that of the next. */
const columnWidth = 202;
const rowHeight = 56;

/** Nearer than this nodes are cards, nearer than that badges, and from farther away dots. */
const cardsFrom = 0.5;
const badgesFrom = 0.2;
/** So many elements at most: the rest are dots, all dots of a kind one path. */
const mostElements = 1200;

type Tier = 'cards' | 'badges' | 'dots';

export interface PictureListener {
  /** A person has come to a node. */
  selected(node: number): void;
  /** A person wants to read it. */
  opened(node: number): void;
  /** Another part of the picture is seen. */
  moved(): void;
}

/**
 * The search tree as a picture. Only what is seen is in the document, so ten thousand nodes cost what a windowful
 * does. For the keyboard and screen readers it is a tree with one node in the tab order, which is always drawn.
 */
export class Picture {
  readonly element: SVGSVGElement;
  readonly camera = new Camera({ width: 0, height: 0 }, { left: 0, top: 0, right: 1, bottom: 1 });
  layout: Layout = { places: new Map(), columns: 0, rows: 0 };
  private selectedNode: number | undefined;
  private starred: number | undefined;
  private bestLine = new Set<number>();
  private readonly drawn = new Map<number, SVGGElement>();
  private tier: Tier = 'cards';
  private frame = 0;
  private isMoved = false;
  private refocus: number | undefined;
  private readonly lines = {
    plain: svg('path', { class: 'edge' }),
    second: svg('path', { class: 'edge second-parent' }),
    best: svg('path', { class: 'edge best-line' }),
  };
  private readonly task = svg('circle', { class: 'task' });
  private readonly dots = svg('g', { class: 'dots', 'aria-hidden': 'true' });
  private readonly nodes = svg('g', { class: 'nodes', role: 'presentation' });
  private readonly world: SVGGElement;

  constructor(
    private readonly tree: SearchTree,
    private readonly listener: PictureListener,
  ) {
    const edges = svg('g', { 'aria-hidden': 'true' }, ...Object.values(this.lines), this.task);
    this.world = svg('g', { role: 'presentation' }, edges, this.dots, this.nodes);
    this.element = svg(
      'svg',
      { class: 'picture', role: 'tree', 'aria-label': 'Search tree', 'data-tier': this.tier },
      this.world,
    );
    this.listen();
  }

  get selected(): number | undefined {
    return this.selectedNode;
  }

  /** The nodes have changed, or which is the best. */
  update(hasGrown: boolean, starred: number | undefined, changed: readonly number[]): void {
    this.starred = starred;
    this.bestLine = new Set(this.tree.line(starred));
    for (const node of [...changed, ...this.drawn.keys()]) this.erase(node);
    if (hasGrown) {
      this.layout = layOut(this.tree);
      const last = (this.layout.columns - 1) * columnWidth + cardWidth / 2;
      this.camera.whole = {
        left: -cardWidth / 2 - 56,
        top: -cardHeight / 2 - 26,
        // Beside the buttons that stand at the right.
        right: Math.max(last, 0) + 64,
        bottom: Math.max(this.layout.rows - 1, 0) * rowHeight + cardHeight / 2 + 26,
      };
    }
    if (!this.isMoved) this.fit(false);
    this.redraw();
  }

  resize(width: number, height: number): void {
    this.camera.size = { width, height };
    if (!this.isMoved) this.fit(false);
    this.redraw();
  }

  /** All of it where it is not too small for that, else the best node and what is around it. */
  fit(all: boolean): void {
    this.camera.fit();
    const best = this.placeOf(this.starred);
    if (!all && best && this.camera.scale < badgesFrom) {
      this.camera.scale = 0.6;
      this.camera.lookAt(best.x, best.y);
    }
    if (all) this.isMoved = false;
    this.redraw();
  }

  zoom(factor: number, x?: number, y?: number): void {
    this.isMoved = true;
    this.camera.zoom(factor, x, y);
    this.redraw();
  }

  lookAt(x: number, y: number): void {
    this.isMoved = true;
    this.camera.lookAt(x, y);
    this.redraw();
  }

  /** Selects a node, brings it into sight, and gives it the keyboard where it should have it. */
  select(node: number, takeFocus: boolean): void {
    if (!this.tree.node(node)) return;
    const before = this.selectedNode;
    this.selectedNode = node;
    if (before !== undefined) this.erase(before);
    this.erase(node);
    // Where the keyboard was on the one before, it comes along.
    const hasFocus = takeFocus || this.refocus !== undefined;
    this.refocus = undefined;
    const place = this.placeOf(node);
    if (place && this.camera.bringIntoSight(boxAround(place.x, place.y, 30))) this.isMoved = true;
    this.draw();
    if (hasFocus) this.drawn.get(node)?.focus({ preventScroll: true });
    this.listener.selected(node);
  }

  placeOf(node: number | undefined): { x: number; y: number } | undefined {
    const place = node === undefined ? undefined : this.layout.places.get(node);
    return place && { x: place.column * columnWidth, y: place.row * rowHeight };
  }

  private redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.draw();
    });
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { x, y, scale, size } = this.camera;
    if (size.width === 0) return;
    set(this.world, { transform: `translate(${x} ${y}) scale(${scale})` });
    const seen = this.camera.seen(columnWidth / 2);
    const visible = this.inside(seen);
    const tier = this.tierFor(visible.length);
    if (tier !== this.tier) {
      this.tier = tier;
      for (const node of [...this.drawn.keys()]) this.erase(node);
      set(this.element, { 'data-tier': tier });
    }
    this.drawEdges(seen, scale);
    this.drawDots(tier === 'dots' ? visible : [], scale);
    this.drawNodes(tier === 'dots' ? [] : visible, scale);
    this.listener.moved();
  }

  private tierFor(visible: number): Tier {
    if (visible > mostElements || this.camera.scale < badgesFrom) return 'dots';
    return this.camera.scale < cardsFrom ? 'badges' : 'cards';
  }

  private inside(box: Box): number[] {
    const inside: number[] = [];
    for (const [node, { column, row }] of this.layout.places) {
      const [x, y] = [column * columnWidth, row * rowHeight];
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) inside.push(node);
    }
    return inside;
  }

  private drawNodes(visible: readonly number[], scale: number): void {
    // The selected node, or else the first, is there even from afar: it is what the keyboard goes on from.
    const anchor = this.anchor();
    const wanted = new Set(visible);
    for (const node of [anchor, this.tier === 'dots' ? this.starred : undefined]) {
      if (node !== undefined) wanted.add(node);
    }
    for (const node of [...this.drawn.keys()]) if (!wanted.has(node)) this.erase(node);
    // In the order of their numbers, which is also the order in which a screen reader comes to them.
    let previous: Element | undefined;
    for (const node of [...wanted].sort((a, b) => a - b)) {
      const element = this.drawn.get(node) ?? this.drawNode(node);
      const place = this.placeOf(node);
      if (!element || !place) continue;
      const enlarged = this.tier === 'dots' ? ` scale(${0.6 / scale})` : '';
      set(element, {
        transform: `translate(${place.x} ${place.y})${enlarged}`,
        tabindex: node === anchor ? 0 : -1,
      });
      if (!element.isConnected) {
        if (previous) previous.after(element);
        else this.nodes.prepend(element);
      }
      previous = element;
    }
    if (this.refocus !== undefined) this.drawn.get(this.refocus)?.focus({ preventScroll: true });
    this.refocus = undefined;
  }

  private drawNode(number: number): SVGGElement | undefined {
    const node = this.tree.node(number);
    if (!node) return undefined;
    const siblings = this.tree.siblings(number);
    const isSelected = number === this.selectedNode;
    const element = svg(
      'g',
      {
        class: `node ${standingOf(node, this.starred)}${isSelected ? ' selected' : ''}${this.bestLine.has(number) ? ' on-best-line' : ''}`,
        role: 'treeitem',
        'data-node': number,
        'aria-label': nodeWords(node, this.starred),
        'aria-level': this.tree.depth(number),
        'aria-posinset': siblings.indexOf(number) + 1,
        'aria-setsize': siblings.length,
        'aria-selected': isSelected ? 'true' : 'false',
      },
      ...(this.tier === 'cards' ? drawCard(node, this.starred) : drawMark(node, this.starred)),
    );
    this.drawn.set(number, element);
    return element;
  }

  private drawEdges(seen: Box, scale: number): void {
    let [plain, second, best] = ['', '', ''];
    const inset = { cards: cardWidth / 2, badges: 20, dots: 0 }[this.tier];
    const { left, top, bottom } = this.camera.whole;
    // Drafts come from the task: all from one point at the left.
    const task = { x: left + 14 - inset, y: (top + bottom) / 2 };
    set(this.task, { cx: left + 14, cy: task.y, r: 4.5 });
    for (const root of this.tree.roots) {
      const to = this.placeOf(root);
      if (!to || to.x < seen.left || task.x > seen.right || outside(task.y, to.y, seen)) continue;
      const edge = edgeBetween(task, to, inset);
      if (this.bestLine.has(root)) best += edge;
      else plain += edge;
    }
    for (const node of this.tree.nodes()) {
      const to = this.placeOf(node.node);
      if (!to || to.x < seen.left) continue;
      const first = this.tree.parent(node.node);
      for (const parent of node.parents) {
        const from = this.placeOf(parent);
        if (!from || from.x > seen.right || outside(from.y, to.y, seen)) continue;
        const edge = edgeBetween(from, to, inset);
        if (parent !== first) second += this.tier === 'dots' ? '' : edge;
        else if (this.bestLine.has(node.node)) best += edge;
        else plain += edge;
      }
    }
    const width = Math.max(1.5, 0.8 / scale);
    set(this.lines.plain, { d: plain, 'stroke-width': width });
    set(this.lines.second, { d: second, 'stroke-width': width });
    set(this.lines.best, { d: best, 'stroke-width': width * 2 });
  }

  private drawDots(visible: readonly number[], scale: number): void {
    const paths = new Map<string, string>();
    for (const number of visible) {
      const node = this.tree.node(number);
      const place = this.placeOf(number);
      if (!node || !place) continue;
      const standing = standingOf(node, this.starred);
      const kind = standing === 'valid' ? `dot-${familyOf(node.operator)}` : `dot-${standing}`;
      paths.set(kind, `${paths.get(kind) ?? ''}M${place.x} ${place.y}h0`);
    }
    const width = Math.max(26, 3.2 / scale);
    this.dots.replaceChildren(
      ...Array.from(paths, ([kind, d]) => svg('path', { class: `dot ${kind}`, d, 'stroke-width': width })),
    );
  }

  private erase(node: number): void {
    const element = this.drawn.get(node);
    if (!element) return;
    // A node that is drawn anew keeps the keyboard.
    if (document.activeElement === element) this.refocus = node;
    element.remove();
    this.drawn.delete(node);
  }

  private anchor(): number | undefined {
    return this.selectedNode ?? this.starred ?? this.tree.roots[0];
  }

  private listen(): void {
    this.element.addEventListener('keydown', (event) => {
      this.pressed(event);
    });
    this.element.addEventListener('focusin', (event) => {
      const node = nodeOf(event.target);
      if (node !== undefined && node !== this.selectedNode) this.select(node, true);
    });
    this.element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.isMoved = true;
        if (event.ctrlKey || event.metaKey)
          this.zoom(Math.exp(-event.deltaY / 240), event.offsetX, event.offsetY);
        else this.camera.pan(-event.deltaX, -event.deltaY);
        this.redraw();
      },
      { passive: false },
    );
    this.listenToPointer();
  }

  private listenToPointer(): void {
    let from: { x: number; y: number; isDrag: boolean } | undefined;
    this.element.addEventListener('pointerdown', (event) => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, isDrag: false };
    });
    this.element.addEventListener('pointermove', (event) => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.isDrag && Math.hypot(dx, dy) < 5) return;
      if (!from.isDrag) this.element.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, isDrag: true };
      this.isMoved = true;
      this.camera.pan(dx, dy);
      this.redraw();
    });
    const end = () => {
      // A click that ends a drag comes after this, and is none.
      const ended = from;
      setTimeout(() => {
        if (from === ended) from = undefined;
      });
    };
    this.element.addEventListener('pointerup', end);
    this.element.addEventListener('pointercancel', end);
    this.element.addEventListener('click', (event) => {
      if (from?.isDrag) return;
      const node = nodeOf(event.target) ?? this.nodeAt(event.offsetX, event.offsetY);
      if (node !== undefined) this.select(node, true);
    });
    this.element.addEventListener('dblclick', (event) => {
      const node = nodeOf(event.target) ?? this.nodeAt(event.offsetX, event.offsetY);
      if (node !== undefined) this.listener.opened(node);
    });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = nodeOf(event.target) ?? this.anchor();
    if (from === undefined) return;
    const to = walk(event.key, from, this.tree, this.layout, this.starred);
    if (to !== undefined) this.select(to, true);
    else if (event.key === 'Enter' || event.key === ' ') this.listener.opened(from);
    else if (event.key === '+' || event.key === '=') this.zoom(1.25);
    else if (event.key === '-') this.zoom(0.8);
    else if (event.key === '0') this.fit(true);
    else if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
  }

  /** The node at a point of the screen, with some room around those that are drawn small. */
  private nodeAt(screenX: number, screenY: number): number | undefined {
    const { x, y, scale } = this.camera;
    const at = { x: (screenX - x) / scale, y: (screenY - y) / scale };
    const reach = Math.max(26, 10 / scale);
    let nearest: number | undefined;
    let least = reach;
    for (const node of this.inside(boxAround(at.x, at.y, reach))) {
      const place = this.placeOf(node);
      const distance = place ? Math.hypot(place.x - at.x, place.y - at.y) : Infinity;
      if (distance < least) [nearest, least] = [node, distance];
    }
    return nearest;
  }
}

function nodeOf(target: EventTarget | null): number | undefined {
  const element = target instanceof Element ? target.closest('[data-node]') : null;
  return element ? Number(element.getAttribute('data-node')) : undefined;
}

function boxAround(x: number, y: number, margin: number): Box {
  const [width, height] = [cardWidth / 2 + margin, cardHeight / 2 + margin];
  return { left: x - width, top: y - height, right: x + width, bottom: y + height };
}

function outside(one: number, other: number, { top, bottom }: Box): boolean {
  return (one < top && other < top) || (one > bottom && other > bottom);
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

function edgeBetween(from: Spot, to: Spot, inset: number): string {
  const [start, end] = [from.x + inset, to.x - inset];
  const middle = (start + end) / 2;
  return `M${start} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${end} ${to.y}`;
}
