import * as vscode from 'vscode';
import { ServerCommand } from './protocol';

/** In a folder without trust runs can be looked at, and that is all. */
export function requireTrust(command: string): void {
  const onlyShows: readonly string[] = [ServerCommand.openNode, ServerCommand.compareNodes];
  if (vscode.workspace.isTrusted || onlyShows.includes(command)) return;
  throw new Error('This folder is not trusted: trust it to start runs and to apply solutions.');
}
