import * as vscode from 'vscode';
import { runTooltip, statusText } from './labels';
import type { RunList } from './runList';

/** Best score and progress of the run under way; after its end the result, until the window is closed. */
export class RunStatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'agentide.run',
    vscode.StatusBarAlignment.Left,
    50,
  );
  private followed: string | undefined;

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
    this.item.text = statusText(run);
    this.item.tooltip = runTooltip(run);
    const nearlySpent = run.warning !== undefined && run.liveness !== 'finished';
    this.item.backgroundColor = nearlySpent
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.item.accessibilityInformation = { label: `AgentIde: ${runTooltip(run)}` };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
