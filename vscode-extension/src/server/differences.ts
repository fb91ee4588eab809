import * as vscode from 'vscode';
import type { CompareResult } from './protocol';

/** Opens the editor's own view of two files; the right one can be written where it is no node's. */
export async function showDifference({ left, right, title }: CompareResult): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', uriOf(left), uriOf(right), title);
}

function uriOf(file: string): vscode.Uri {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(file) ? vscode.Uri.parse(file, true) : vscode.Uri.file(file);
}
