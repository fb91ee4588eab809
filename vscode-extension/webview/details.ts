import { duration, fullGain, leftIn, number, ranFor, scoreOf } from '../src/runs/labels';
import type { NodeAction } from '../src/searchTree/messages';
import type { NodeView, RunView } from '../src/server/protocol';
import { badge, mark, standingWord } from './card';
import { html, svg } from './dom';
import { standingOf } from './marks';

interface Button {
  readonly action: NodeAction;
  readonly label: string;
  readonly isMain?: boolean;
  readonly fits: (node: NodeView, run: RunView) => boolean;
}

const isDone = ({ state }: NodeView) => state === 'valid' || state === 'buggy';

const buttons: readonly Button[] = [
  { action: 'open', label: 'Open', isMain: true, fits: ({ state }) => state !== 'thinking' },
  { action: 'apply', label: 'Apply', fits: ({ state }, run) => state === 'valid' && run.solutionFile !== '' },
  {
    action: 'compare',
    label: 'Compare with parent',
    fits: ({ state, parents }) => state !== 'thinking' && parents.length > 0,
  },
  { action: 'thought', label: 'Thought', fits: ({ state }) => state !== 'thinking' },
  { action: 'output', label: 'Output', fits: isDone },
  { action: 'branch', label: 'Branch…', fits: (node, run) => isDone(node) && run.imported === undefined },
  {
    action: 'reject',
    label: 'Reject',
    fits: (node, run) => isDone(node) && node.rejected !== true && run.imported === undefined,
  },
  { action: 'restore', label: 'Restore', fits: (node) => node.rejected === true },
];

/** What is known of the selected node, and what can be done with it. */
export class Details {
  readonly element = html('aside', { class: 'details', 'aria-label': 'The selected node' });

  constructor(private readonly act: (action: NodeAction, node: number) => void) {
    this.element.append(html('p', { class: 'hint' }, 'Select a node to read its plan.'));
  }

  show(view: NodeView, run: RunView, starred: number | undefined): void {
    const node = { ...view, left: leftIn(view, run) };
    // The button that has the keyboard keeps it when the node's view is drawn anew.
    const focused = this.element.querySelector(':focus')?.getAttribute('data-action');
    const standing = standingOf(node, starred);
    const icon = svg('svg', {
      class: `icon node ${standing}`,
      viewBox: '-20 -20 40 40',
      'aria-hidden': 'true',
    });
    icon.append(badge(node, 0, 2, 1), mark(standing, 11, -9, 0.9));
    const bar = html(
      'div',
      { class: 'buttons' },
      ...buttons.filter(({ fits }) => fits(node, run)).map((button) => this.button(button, node.node)),
    );
    this.element.replaceChildren(
      html(
        'header',
        {},
        icon,
        html(
          'div',
          {},
          html('h2', {}, `#${node.node} ${node.operator}`),
          html('p', { class: `standing ${standing}` }, originOf(node, standingWord(node, standing))),
        ),
      ),
      bar,
      factsOf(node, run),
      ...(node.failure === undefined ? [] : [html('p', { class: 'failure' }, node.failure)]),
      html('h3', {}, 'Plan'),
      html('p', { class: 'plan' }, node.plan.trim() === '' ? 'Nothing is said yet.' : node.plan.trim()),
    );
    if (focused) this.element.querySelector<HTMLElement>(`[data-action="${focused}"]`)?.focus();
  }

  private button({ action, label, isMain }: Button, node: number): HTMLElement {
    const button = html(
      'button',
      { type: 'button', class: isMain === true ? 'main' : undefined, 'data-action': action },
      label,
    );
    button.addEventListener('click', () => {
      this.act(action, node);
    });
    return button;
  }
}

function originOf(node: NodeView, standing: string): string {
  const parents = node.parents.map((parent) => `#${parent}`).join(' and ');
  return parents === '' ? standing : `${standing}, from ${parents}`;
}

function factsOf(node: NodeView, run: RunView): HTMLElement {
  const facts: [string, string][] = [['Operator', node.operator]];
  if (node.score !== undefined) facts.push([run.metric, scoreOf(node.score, node)]);
  const better = fullGain(node);
  if (better !== undefined) facts.push(['Gain', better]);
  if (node.claim !== undefined && node.claimed !== true) facts.push(['It claims', number(node.claim)]);
  const time = ranFor(node);
  if (time !== undefined) facts.push(['Ran for', time]);
  if (node.at !== undefined) facts.push(['Done after', duration(node.at)]);
  if (node.dollars !== undefined) facts.push(['Spent by then', `$${node.dollars.toFixed(2)}`]);
  return html('dl', {}, ...facts.flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, value)]));
}
