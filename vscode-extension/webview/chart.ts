import { duration, number, withoutError } from '../src/runs/labels';
import type { PictureNode } from '../src/searchTree/messages';
import type { RunView } from '../src/server/protocol';
import { html, set, svg } from './dom';
import { hasSpend, progressOf, scoreRange, ticks, type Axis, type Point, type Progress } from './progress';

const margin = { left: 62, right: 18, top: 12, bottom: 40 };
const axes: readonly { readonly axis: Axis; readonly label: string }[] = [
  { axis: 'time', label: 'Time' },
  { axis: 'nodes', label: 'Nodes' },
  { axis: 'spend', label: 'Spend' },
];

/** The best score so far against time, nodes or spend, with each valid node as a point; and the same as a table. */
export class Chart {
  readonly element: HTMLElement;
  private readonly plot = svg('svg', { class: 'plot', role: 'img' });
  private readonly title = html('h2', { id: 'chart-title' });
  private readonly choices = new Map<Axis, HTMLInputElement>();
  private readonly table = html('table');
  private readonly details: HTMLDetailsElement;
  private progress: Progress | undefined;
  private run: RunView | undefined;
  private selected: number | undefined;
  private size = { width: 0, height: 0 };

  constructor(
    private axis: Axis,
    isTableOpen: boolean,
    private readonly listener: {
      changed(axis: Axis, isTableOpen: boolean): void;
      picked(node: number): void;
    },
  ) {
    this.details = html(
      'details',
      { class: 'table', open: isTableOpen },
      html('summary', {}, 'As a table'),
      html('div', { class: 'table-box' }, this.table),
    );
    this.details.addEventListener('toggle', () => {
      this.listener.changed(this.axis, this.details.open);
    });
    const box = html('div', { class: 'plot-box' }, this.plot);
    this.element = html(
      'section',
      { class: 'chart', 'aria-labelledby': 'chart-title' },
      html('div', { class: 'bar' }, this.title, this.axisChoice()),
      box,
      this.details,
    );
    new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.size = { width: entry.contentRect.width, height: entry.contentRect.height };
      this.draw();
    }).observe(box);
    this.plot.addEventListener('click', (event) => {
      const nearest = this.nearest(event.offsetX, event.offsetY);
      if (nearest) this.listener.picked(nearest.node);
    });
  }

  update(nodes: readonly PictureNode[], run: RunView): void {
    this.run = run;
    const spend = this.choices.get('spend');
    const isSpent = hasSpend(nodes);
    if (spend) {
      spend.disabled = !isSpent;
      set(spend.parentElement ?? spend, { title: isSpent ? undefined : 'No model was asked in this run' });
    }
    const axis = this.axis === 'spend' && !isSpent ? 'time' : this.axis;
    const choice = this.choices.get(axis);
    if (choice) choice.checked = true;
    this.progress = progressOf(nodes, run, axis);
    const direction = run.direction === 'lower-is-better' ? 'lower is better' : 'higher is better';
    const text = `Best ${run.metric} so far, ${direction}`;
    if (this.title.textContent !== text) this.title.textContent = text;
    this.draw();
    this.fillTable(nodes);
    this.nodes = nodes;
  }

  select(node: number | undefined): void {
    this.selected = node;
    this.draw();
  }

  private nodes: readonly PictureNode[] = [];

  private axisChoice(): HTMLElement {
    const group = html('fieldset', { class: 'axis' }, html('legend', {}, 'Against'));
    for (const { axis, label } of axes) {
      const input = html('input', { type: 'radio', name: 'axis', value: axis, id: `axis-${axis}` });
      input.checked = axis === this.axis;
      input.addEventListener('change', () => {
        this.axis = axis;
        this.listener.changed(axis, this.details.open);
        if (this.run) this.update(this.nodes, this.run);
      });
      this.choices.set(axis, input);
      group.append(html('label', { for: `axis-${axis}` }, input, html('span', {}, label)));
    }
    return group;
  }

  private draw(): void {
    const { progress, run } = this;
    const { width, height } = this.size;
    if (!progress || !run || width < 120 || height < 80) return;
    set(this.plot, { width, height, 'aria-label': this.summary(progress, run) });
    const scale = this.scale();
    const [low, high] = scale.range;
    const content: Element[] = [];

    const rows = ticks(low, high, Math.max(2, Math.floor(height / 46)));
    const decimals = decimalsOf(rows);
    for (const value of rows) {
      const y = scale.y(value);
      content.push(svg('line', { class: 'grid', x1: margin.left, x2: width - margin.right, y1: y, y2: y }));
      content.push(
        svg(
          'text',
          { class: 'tick', x: margin.left - 8, y: y + 4, 'text-anchor': 'end' },
          value.toFixed(decimals),
        ),
      );
    }
    const bottom = height - margin.bottom;
    for (const value of ticks(0, scale.end, Math.max(2, Math.floor(width / 90)))) {
      const x = scale.x(value);
      content.push(svg('line', { class: 'tick-line', x1: x, x2: x, y1: bottom, y2: bottom + 4 }));
      content.push(
        svg(
          'text',
          { class: 'tick', x, y: bottom + 17, 'text-anchor': 'middle' },
          tickText(value, progress.unit),
        ),
      );
    }
    content.push(
      svg('path', {
        class: 'axis-line',
        d: `M${margin.left} ${margin.top}V${bottom}H${width - margin.right}`,
      }),
    );
    content.push(
      svg(
        'text',
        {
          class: 'axis-name',
          x: (margin.left + width - margin.right) / 2,
          y: height - 5,
          'text-anchor': 'middle',
        },
        axisNames[progress.unit],
      ),
      svg(
        'text',
        {
          class: 'axis-name',
          transform: `translate(13 ${(margin.top + bottom) / 2}) rotate(-90)`,
          'text-anchor': 'middle',
        },
        run.metric,
      ),
    );
    content.push(...this.drawPoints(progress), ...this.drawSteps(progress));
    this.plot.replaceChildren(...content);
  }

  /** All points are two paths, however many there are. */
  private drawPoints({ points }: Progress): Element[] {
    const scale = this.scale();
    const width = points.length > 1000 ? 3 : 6;
    const [kept, rejected] = [false, true].map((isRejected) =>
      points
        .filter((point) => point.isRejected === isRejected)
        .map((point) => `M${scale.x(point.x).toFixed(1)} ${scale.y(point.score).toFixed(1)}h0`)
        .join(''),
    );
    const marks = [
      svg('path', { class: 'point', d: kept, 'stroke-width': width }),
      svg('path', { class: 'point rejected', d: rejected, 'stroke-width': width }),
    ];
    const selected = points.find(({ node }) => node === this.selected);
    if (!selected) return marks;
    const circle = { class: 'point-selected', cx: scale.x(selected.x), cy: scale.y(selected.score), r: 7 };
    return [...marks, svg('circle', circle)];
  }

  private drawSteps({ steps, end }: Progress): Element[] {
    const first = steps[0];
    const last = steps.at(-1);
    if (!first || !last) return [];
    const scale = this.scale();
    let line = `M${scale.x(first.x)} ${scale.y(first.score)}`;
    for (const step of steps.slice(1)) line += `H${scale.x(step.x)}V${scale.y(step.score)}`;
    line += `H${scale.x(end)}`;
    const area = `${line}V${this.size.height - margin.bottom}H${scale.x(first.x)}z`;
    const drops = steps.map((step) => `M${scale.x(step.x)} ${scale.y(step.score)}h0`).join('');
    const [x, y] = [scale.x(last.x), scale.y(last.score)];
    const isAtTheRight = x > this.size.width - 150;
    // On the side where nothing is better yet.
    const isLow = this.run?.direction === 'lower-is-better';
    return [
      svg('path', { class: 'area', d: area }),
      svg('path', { class: 'steps', d: line }),
      svg('path', { class: 'step', d: drops, 'stroke-width': steps.length > 60 ? 3 : 7 }),
      svg('path', {
        class: 'star',
        d: 'M0-8l2.4 5 5.6.6-4.2 3.8 1.2 5.6L0 4.2l-5 2.8 1.2-5.6-4.2-3.8 5.6-.6z',
        transform: `translate(${x} ${y})`,
      }),
      svg(
        'text',
        {
          class: 'star-text',
          x: isAtTheRight ? x - 4 : x + 4,
          y: isLow ? y + 20 : y - 12,
          'text-anchor': isAtTheRight ? 'end' : 'start',
        },
        `#${last.node}  ${number(last.score)}`,
      ),
    ];
  }

  private scale() {
    const progress = this.progress ?? { points: [], steps: [], end: 0, unit: 'nodes' as const };
    const range: readonly [number, number] = this.run ? scoreRange(progress, this.run) : [0, 1];
    const end = progress.end > 0 ? progress.end : 1;
    const [low, high] = range;
    const wide = this.size.width - margin.left - margin.right;
    const tall = this.size.height - margin.top - margin.bottom;
    return {
      range,
      end,
      x: (value: number) => margin.left + (value / end) * wide,
      // What lies outside stands at the edge.
      y: (score: number) => margin.top + Math.min(1, Math.max(0, (high - score) / (high - low))) * tall,
    };
  }

  private nearest(x: number, y: number): Point | undefined {
    const scale = this.scale();
    let nearest: Point | undefined;
    let least = 18;
    for (const point of this.progress?.points ?? []) {
      const distance = Math.hypot(scale.x(point.x) - x, scale.y(point.score) - y);
      if (distance < least) [nearest, least] = [point, distance];
    }
    return nearest;
  }

  private summary({ points, steps }: Progress, run: RunView): string {
    const [first, last] = [steps[0], steps.at(-1)];
    if (!first || !last) return `No node has a score yet.`;
    return `${points.length} scores. The best ${run.metric} went from ${number(first.score)} at node ${first.node} to ${number(last.score)} at node ${last.node} in ${steps.length} steps. The table below has each.`;
  }

  private fillTable(nodes: readonly PictureNode[]): void {
    const { progress, run } = this;
    if (!progress || !run) return;
    const byNumber = new Map(nodes.map((node) => [node.node, node]));
    const hasModels = hasSpend(nodes);
    const head = ['Node', 'Operator', run.metric, 'After', 'Nodes', ...(hasModels ? ['Spent'] : [])];
    const rows = progress.steps.flatMap((step) => {
      const node = byNumber.get(step.node);
      if (!node) return [];
      const cells = [
        node.operator,
        withoutError(step.score, node.standardError),
        node.at === undefined ? '' : duration(node.at),
        String(node.node),
        ...(hasModels ? [spent(node)] : []),
      ];
      return html(
        'tr',
        {},
        html('th', { scope: 'row' }, `#${node.node}`),
        ...cells.map((cell) => html('td', {}, cell)),
      );
    });
    this.table.replaceChildren(
      html('caption', {}, `Each node that became the best, and when`),
      html('thead', {}, html('tr', {}, ...head.map((name) => html('th', { scope: 'col' }, name)))),
      html('tbody', {}, ...rows),
    );
  }
}

const axisNames: Readonly<Record<Progress['unit'], string>> = {
  seconds: 'time of the run, seconds',
  minutes: 'time of the run, minutes',
  hours: 'time of the run, hours',
  nodes: 'nodes',
  dollars: 'spent on models, US dollars',
  tokens: 'tokens used of models',
};

function spent(node: PictureNode): string {
  if (node.dollars !== undefined) return `$${node.dollars.toFixed(2)}`;
  return node.tokens === undefined ? '' : `${shortened(node.tokens)} tokens`;
}

function tickText(value: number, unit: Progress['unit']): string {
  if (unit === 'dollars') return `$${number(value)}`;
  return unit === 'tokens' ? shortened(value) : number(value);
}

function shortened(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6)}M`;
  return value >= 1e4 ? `${number(value / 1e3)}k` : number(value);
}

/** As many decimals as tell the values apart. */
function decimalsOf(values: readonly number[]): number {
  const step = values.length > 1 ? Math.abs((values[1] ?? 0) - (values[0] ?? 0)) : Math.abs(values[0] ?? 0);
  return step > 0 ? Math.min(10, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 0;
}
