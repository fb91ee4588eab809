import { bestScore, leftIn, duration, runLabel, standing } from '../src/runs/labels';
import { starred } from '../src/runs/runList';
import { isPageState, type FromPage, type PageState, type ToPage } from '../src/searchTree/messages';
import type { NodeView, RunView } from '../src/server/protocol';
import { Chart } from './chart';
import { Details } from './details';
import { html } from './dom';
import { legend } from './legend';
import './main.css';
import { Overview } from './overview';
import { Picture } from './picture';
import { SearchTree } from './searchTree';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
};

const editor = acquireVsCodeApi();
const given: unknown = JSON.parse(document.body.dataset['state'] ?? '{}');
let state: PageState = [editor.getState(), given].find(isPageState) ?? { run: '' };
const remember = (changes: Partial<PageState>) => {
  state = { ...state, ...changes };
  editor.setState(state);
};
remember({});

const tree = new SearchTree();
let run: RunView | undefined;
let shown: NodeView | undefined;

const details = new Details((action, node) => {
  editor.postMessage({ kind: 'act', action, node });
});
const picture: Picture = new Picture(tree, {
  selected: (node) => {
    remember({ selected: node });
    chart.select(node);
    editor.postMessage({ kind: 'details', node });
  },
  opened: (node) => {
    editor.postMessage({ kind: 'act', action: 'open', node });
  },
  moved: () => {
    overview.draw();
  },
});
const overview = new Overview(picture);
const chart = new Chart(state.axis ?? 'time', state.table ?? false, {
  changed: (axis, table) => {
    remember({ axis, table });
  },
  picked: (node) => {
    picture.select(node, false);
  },
});

const title = html('h1');
const best = html('p', { class: 'best' });
const facts = html('p', { class: 'facts' });
const news = html('p', { class: 'visually-hidden', role: 'status' });
const message = html('p', { class: 'message' }, 'Reading the run…');
const stage = html(
  'div',
  { class: 'stage' },
  picture.element,
  html(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
    tool('+', 'Closer', () => {
      picture.zoom(1.3);
    }),
    tool('−', 'Farther', () => {
      picture.zoom(1 / 1.3);
    }),
    tool('⤢', 'All of it', () => {
      picture.fit(true);
    }),
  ),
  overview.element,
  message,
);
document
  .getElementById('page')
  ?.append(
    html('header', { class: 'head' }, html('div', {}, title, facts), best),
    html('section', { class: 'tree', 'aria-label': 'Search tree' }, stage, legend()),
    details.element,
    chart.element,
    news,
  );

new ResizeObserver(([entry]) => {
  if (entry) picture.resize(entry.contentRect.width, entry.contentRect.height);
}).observe(stage);

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  switch (data.kind) {
    case 'run':
      take(data);
      return;
    case 'details':
      shown = data.node;
      if (run && data.node.node === picture.selected) details.show(data.node, run, starred(run));
      return;
    case 'cursor':
      if (tree.node(data.node)) picture.select(data.node, false);
      return;
    case 'missing':
      message.textContent = data.message;
      message.hidden = false;
  }
});
editor.postMessage({ kind: 'ready' });

function take({ view, nodes, whole }: Extract<ToPage, { kind: 'run' }>): void {
  const before = run?.best?.node;
  run = view;
  const hasGrown = tree.merge(nodes, whole);
  const left = [...tree.nodes()]
    .map((node) => ({ ...node, left: leftIn(node, view) }))
    .filter((node) => node.left !== tree.node(node.node)?.left);
  tree.merge(left, false);
  const star = starred(view);
  picture.update(
    hasGrown,
    star,
    [...nodes, ...left].map(({ node }) => node),
  );
  chart.update([...tree.nodes()], view);
  describe(view, whole ? undefined : before);
  const selected = picture.selected ?? state.selected ?? star;
  if (selected === undefined || !tree.node(selected)) return;
  if (picture.selected === undefined) picture.select(selected, false);
  else if (nodes.some(({ node }) => node === selected))
    editor.postMessage({ kind: 'details', node: selected });
  else if (shown?.node === selected) details.show(shown, view, star);
}

function describe(view: RunView, before: number | undefined): void {
  title.textContent = runLabel(view);
  message.hidden = tree.size > 0;
  message.textContent = 'The first node is not there yet.';
  const direction = view.direction === 'lower-is-better' ? 'lower is better' : 'higher is better';
  const score = bestScore(view);
  best.replaceChildren(
    ...(score === undefined
      ? ['No score yet']
      : [
          html('span', { class: 'metric' }, `Best ${view.metric}, ${direction}`),
          html('strong', {}, score),
          html('span', { class: 'by' }, `#${view.best?.node ?? 0}`),
        ]),
  );
  facts.textContent = [
    standing(view),
    view.liveness === 'finished' ? `${view.nodes} nodes` : `${view.nodes} of ${view.budgetNodes} nodes`,
    `${view.validNodes} valid`,
    view.imported === undefined || view.seconds > 0 ? duration(view.seconds) : undefined,
    view.spent,
    view.now === view.liveness ? undefined : view.now,
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ');
  if (before !== undefined && view.best && view.best.node !== before) {
    news.textContent = `New best: node ${view.best.node}, ${view.metric} ${score ?? ''}`;
  }
}

function tool(sign: string, label: string, act: () => void): HTMLElement {
  const button = html('button', { type: 'button', title: label, 'aria-label': label }, sign);
  button.addEventListener('click', act);
  return button;
}
