import * as vscode from 'vscode';
import { arrange, everything, type Arrangement } from './arrangement';
import type { Element, EarlierElement, NodeElement, RunElement } from './elements';
import { nodeIcon, runIcon } from './icons';
import { nodeDescription, nodeLabel, nodeTooltip, runDescription, runLabel, runTooltip } from './labels';
import type { NodeView } from '../server/protocol';
import { starred, type Change, type RunList } from './runList';

/** So many nodes of a run are listed at once: the tree stays quick with ten thousand of them. */
const pageSize = 200;

/** Redraws are gathered for so long: a burst of events moves the tree ten times a second at most. */
const redrawEveryMilliseconds = 100;

/** The runs and, beneath each, its nodes as a plain list, newest first. */
export class RunTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  private readonly treeChanged = new vscode.EventEmitter<Element[] | undefined>();
  private readonly elements = new Map<string, Element>();
  private readonly listed = new Map<string, number>();
  private arrangement = everything;
  private readonly dirty = new Set<Element>();
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.treeChanged.event;

  constructor(
    private readonly list: RunList,
    private readonly load: (run: string) => Promise<void>,
  ) {}

  getTreeItem(element: Element): vscode.TreeItem {
    switch (element.kind) {
      case 'run':
        return this.runItem(element);
      case 'node':
        return this.nodeItem(element);
      case 'earlier':
        return this.earlierItem(element);
    }
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (!element) return this.list.runs().map((view) => this.runElement(view.run));
    if (element.kind !== 'run') return [];
    await this.load(element.run);
    const nodes = this.arranged(element.run);
    const shown = nodes
      .slice(0, this.shown(element.run))
      .map((node) => this.nodeElement(element.run, node.node));
    return shown.length < nodes.length ? [...shown, this.earlierElement(element.run)] : shown;
  }

  getParent(element: Element): Element | undefined {
    return element.kind === 'run' ? undefined : this.runElement(element.run);
  }

  runElement(run: string): RunElement {
    return this.element(run, { kind: 'run', run });
  }

  arrange(arrangement: Arrangement): void {
    this.arrangement = arrangement;
    this.redrawAll();
  }

  showEarlier(element: EarlierElement): void {
    this.listed.set(element.run, this.shown(element.run) + pageSize);
    this.treeChanged.fire([this.runElement(element.run)]);
  }

  redrawAll(): void {
    this.dirty.clear();
    this.treeChanged.fire(undefined);
  }

  redraw(change: Change): void {
    // A run's line shows its progress, so each delta redraws it, and with it the page of nodes beneath.
    this.dirty.add(this.runElement(change.run));
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const elements = [...this.dirty];
      this.dirty.clear();
      this.treeChanged.fire(elements);
    }, redrawEveryMilliseconds);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.treeChanged.dispose();
  }

  private runItem({ run }: RunElement): vscode.TreeItem {
    const view = this.list.run(run);
    if (!view) return new vscode.TreeItem(run);
    const isNewest = this.list.runs()[0]?.run === run;
    const item = new vscode.TreeItem(
      runLabel(view),
      isNewest ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = run;
    item.description = runDescription(view);
    item.tooltip = runTooltip(view);
    item.iconPath = runIcon(view);
    item.contextValue = `run.${view.liveness}${view.imported === undefined ? '' : '.imported'}${view.best && view.solutionFile !== '' ? '.best' : ''}`;
    item.accessibilityInformation = {
      label: `Run ${runLabel(view)}, ${view.liveness}, ${runDescription(view)}`,
    };
    return item;
  }

  private nodeItem(element: NodeElement): vscode.TreeItem {
    const view = this.list.run(element.run);
    const node = this.list.node(element.run, element.node);
    if (!view || !node) return new vscode.TreeItem(`#${element.node}`);
    const isStarred = starred(view) === node.node;
    const item = new vscode.TreeItem(nodeLabel(node, view));
    item.id = `${element.run}/${element.node}`;
    item.description = nodeDescription(node);
    item.tooltip = nodeTooltip(node, view);
    item.iconPath = nodeIcon(node, view, isStarred);
    item.contextValue = [
      `node.${node.state}`,
      ...(node.parents.length > 0 ? ['child'] : []),
      ...(node.rejected === true ? ['rejected'] : []),
      ...(view.imported === undefined ? [] : ['imported']),
      ...(view.solutionFile === '' ? ['fileless'] : []),
    ].join('.');
    item.accessibilityInformation = {
      label: `${nodeLabel(node, view)}${isStarred ? ', best' : ''}, ${nodeDescription(node)}`,
    };
    if (node.state !== 'thinking') {
      item.command = { command: 'agentide.openNode', title: 'Open the solution', arguments: [element] };
    }
    return item;
  }

  private earlierItem(element: EarlierElement): vscode.TreeItem {
    const earlier = this.arranged(element.run).length - this.shown(element.run);
    const item = new vscode.TreeItem(
      `${earlier} ${this.arrangement.sort === 'number' ? 'earlier' : 'more'} ${earlier === 1 ? 'node' : 'nodes'}…`,
    );
    item.id = `${element.run}/earlier`;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = {
      command: 'agentide.showEarlierNodes',
      title: 'Show earlier nodes',
      arguments: [element],
    };
    return item;
  }

  private arranged(run: string): readonly NodeView[] {
    const view = this.list.run(run);
    return view ? arrange(this.list.nodes(run), view, this.arrangement) : [];
  }

  private shown(run: string): number {
    return this.listed.get(run) ?? pageSize;
  }

  private nodeElement(run: string, node: number): NodeElement {
    return this.element(`${run}/${node}`, { kind: 'node', run, node });
  }

  private earlierElement(run: string): EarlierElement {
    return this.element(`${run}/earlier`, { kind: 'earlier', run });
  }

  private element<T extends Element>(key: string, fresh: T): T {
    const known = this.elements.get(key);
    if (known) return known as T;
    this.elements.set(key, fresh);
    return fresh;
  }
}
