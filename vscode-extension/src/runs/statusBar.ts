import * as vscode from 'vscode';
import type { RunView } from '../server/protocol';
import { runTooltip, statusText } from './labels';
import type { RunList } from './runList';

/** So long a new best is shown by a star. */
const newsMilliseconds = 8_000;

/** Best score and progress of the run under way; after its end the result, until the window is closed. */
export class RunStatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'agentide.run',
    vscode.StatusBarAlignment.Left,
    50,
  );
  private followed: string | undefined;
  private best: { readonly run: string; readonly node: number | undefined } | undefined;
  private star: NodeJS.Timeout | undefined;

  constructor(private readonly list: RunList) {
    this.item.name = 'AgentIde run';
    this.item.command = 'agentide.runs.focus';
  }

  update(): void {
    this.followed = this.list.current()?.run ?? this.followed;
    const run = this.followed === undefined ? undefined : this.list.run(this.followed);
    if (!run) {
      this.item.hide();
      return;
    }
    this.notice(run);
    this.item.text = this.star ? statusText(run).replace(/^\$\([^)]*\)/, '$(star-full)') : statusText(run);
    this.item.tooltip = runTooltip(run);
    const nearlySpent = run.warning !== undefined && run.liveness !== 'finished';
    this.item.backgroundColor = nearlySpent
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.item.accessibilityInformation = { label: `AgentIde: ${runTooltip(run)}` };
    this.item.show();
  }

  /** A new best is told here, and nowhere louder. */
  private notice({ run, best }: RunView): void {
    const isNew = this.best?.run === run && this.best.node !== best?.node && best !== undefined;
    this.best = { run, node: best?.node };
    if (!isNew) return;
    clearTimeout(this.star);
    this.star = setTimeout(() => {
      this.star = undefined;
      this.update();
    }, newsMilliseconds);
  }

  dispose(): void {
    clearTimeout(this.star);
    this.item.dispose();
  }
}
