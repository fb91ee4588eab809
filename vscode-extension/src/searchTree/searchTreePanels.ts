import * as vscode from 'vscode';
import { runLabel } from '../runs/labels';
import type { Change, RunList } from '../runs/runList';
import type { NodeElement } from '../runs/elements';
import { isFromPage, isPageState, pictureNode, type NodeAction, type ToPage } from './messages';
import { pageOf } from './page';

const viewType = 'agentide.searchTree';

/** The palette's command behind each button of the page. */
const commands: Readonly<Record<NodeAction, string>> = {
  open: 'agentide.openNode',
  thought: 'agentide.openThought',
  output: 'agentide.openNodeOutput',
  apply: 'agentide.applyNode',
  compare: 'agentide.compareWithParent',
  branch: 'agentide.branchNode',
  reject: 'agentide.rejectNode',
  restore: 'agentide.restoreNode',
};

interface Panel {
  readonly panel: vscode.WebviewPanel;
  /** True once its page has all nodes, so that deltas are enough. A page in the background is thrown away. */
  isFilled: boolean;
}

/** Panels with search tree and score, one for each run at most. They live on what the list of runs is told. */
export class SearchTreePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, Panel>();
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(viewType, this);

  constructor(
    private readonly extension: vscode.Uri,
    private readonly list: RunList,
    private readonly load: (run: string) => Promise<void>,
  ) {}

  /** Opens the panel of a run, or brings it to the front. */
  show(run: string): void {
    const open = this.panels.get(run);
    if (open) {
      open.panel.reveal();
      return;
    }
    this.fill(vscode.window.createWebviewPanel(viewType, this.title(run), vscode.ViewColumn.Active), run);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (isPageState(state) && !this.panels.has(state.run)) this.fill(panel, state.run, state);
    else panel.dispose();
    return Promise.resolve();
  }

  /** The list of runs was read anew. */
  listed(): void {
    for (const run of this.panels.keys()) void this.sendAll(run);
  }

  /** A delta came in. */
  changed({ run, nodes }: Change): void {
    const shown = this.panels.get(run);
    const view = this.list.run(run);
    if (!shown?.isFilled || !view) return;
    shown.panel.title = this.title(run);
    this.post(shown, { kind: 'run', view, nodes: nodes.map(pictureNode), whole: false });
  }

  /** A debug session stands at a node of the run. */
  follow(run: string, node: number): void {
    const shown = this.panels.get(run);
    if (shown?.isFilled) this.post(shown, { kind: 'cursor', node });
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of this.panels.values()) panel.dispose();
  }

  private fill(panel: vscode.WebviewPanel, run: string, state: object = { run }): void {
    const shown: Panel = { panel, isFilled: false };
    this.panels.set(run, shown);
    const folder = vscode.Uri.joinPath(this.extension, 'dist', 'webview');
    const { webview } = panel;
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = { light: this.icon('light'), dark: this.icon('dark') };
    panel.onDidDispose(() => this.panels.delete(run));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) shown.isFilled = false;
    });
    webview.onDidReceiveMessage((message: unknown) => {
      this.answer(run, message);
    });
    webview.html = pageOf(file('main.js'), file('main.css'), state);
  }

  private answer(run: string, message: unknown): void {
    const shown = this.panels.get(run);
    if (!shown || !isFromPage(message)) return;
    if (message.kind === 'ready') {
      void this.sendAll(run);
      return;
    }
    const node = this.list.node(run, message.node);
    if (!node) return;
    if (message.kind === 'details') {
      this.post(shown, { kind: 'details', node });
      return;
    }
    const element: NodeElement = { kind: 'node', run, node: message.node };
    void vscode.commands.executeCommand(commands[message.action], element);
  }

  private async sendAll(run: string): Promise<void> {
    const shown = this.panels.get(run);
    if (!shown) return;
    if (this.list.run(run)) await this.load(run);
    const view = this.list.run(run);
    if (!view) {
      this.post(shown, { kind: 'missing', message: `Run ${run} is not in this folder, or not read yet.` });
      return;
    }
    shown.panel.title = this.title(run);
    shown.isFilled = true;
    this.post(shown, { kind: 'run', view, nodes: this.list.nodes(run).map(pictureNode), whole: true });
  }

  private post({ panel }: Panel, message: ToPage): void {
    void panel.webview.postMessage(message);
  }

  private icon(theme: 'light' | 'dark'): vscode.Uri {
    return vscode.Uri.joinPath(this.extension, 'media', `runs-${theme}.svg`);
  }

  private title(run: string): string {
    const view = this.list.run(run);
    return view ? `Search tree: ${runLabel(view)}` : 'Search tree';
  }
}
