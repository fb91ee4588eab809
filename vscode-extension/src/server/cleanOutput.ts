import type * as vscode from 'vscode';

const mark = '***';

/**
 * An output in which no secret stands that went over the connection: the client writes whole messages to it where
 * `agentide.trace.server` or the log level say so, and answers of this extension are among them.
 */
export class CleanOutput implements vscode.LogOutputChannel {
  private readonly secrets = new Set<string>();

  constructor(private readonly output: vscode.LogOutputChannel) {}

  /** From now on this is written nowhere. */
  readonly keepSecret = (secret: string): void => {
    if (secret !== '') this.secrets.add(secret);
  };

  get name(): string {
    return this.output.name;
  }

  get logLevel(): vscode.LogLevel {
    return this.output.logLevel;
  }

  get onDidChangeLogLevel(): vscode.Event<vscode.LogLevel> {
    return this.output.onDidChangeLogLevel;
  }

  append(text: string): void {
    this.output.append(this.clean(text));
  }

  appendLine(text: string): void {
    this.output.appendLine(this.clean(text));
  }

  replace(text: string): void {
    this.output.replace(this.clean(text));
  }

  trace(message: string, ...more: unknown[]): void {
    this.output.trace(this.clean(message), ...this.cleaned(more));
  }

  debug(message: string, ...more: unknown[]): void {
    this.output.debug(this.clean(message), ...this.cleaned(more));
  }

  info(message: string, ...more: unknown[]): void {
    this.output.info(this.clean(message), ...this.cleaned(more));
  }

  warn(message: string, ...more: unknown[]): void {
    this.output.warn(this.clean(message), ...this.cleaned(more));
  }

  error(error: string | Error, ...more: unknown[]): void {
    this.output.error(this.clean(textOf(error)), ...this.cleaned(more));
  }

  clear(): void {
    this.output.clear();
  }

  show(where?: vscode.ViewColumn | boolean, preserveFocus?: boolean): void {
    this.output.show(typeof where === 'boolean' ? where : preserveFocus);
  }

  hide(): void {
    this.output.hide();
  }

  dispose(): void {
    this.output.dispose();
  }

  private cleaned(values: readonly unknown[]): string[] {
    return values.map((value) => this.clean(textOf(value)));
  }

  private clean(text: string): string {
    let clean = text;
    for (const secret of this.secrets) clean = clean.replaceAll(secret, mark);
    return clean;
  }
}

/** What is handed on is text alone: an object could still hold what its text was cleaned of. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? value.message;
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
