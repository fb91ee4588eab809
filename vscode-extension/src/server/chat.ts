import type { ChatParams, ChatProblem, ChatResult } from './protocol';

/**
 * The editor's own models, as far as they are used here: the shapes of `vscode.lm`, so that this can be tried without
 * an editor. An editor without them offers none.
 */
export interface ChatModel {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly family: string;
  sendRequest(
    messages: readonly ChatTurn[],
    justification: string,
    signal: CancelSignal,
  ): Thenable<AsyncIterable<string>>;
}

export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface CancelSignal {
  readonly isCancellationRequested: boolean;
}

/** A model may write more than it was asked to; UTF-16 units for a token, on the high side. */
const lettersPerToken = 8;

/** Has one of the editor's models answer. Whatever goes wrong is a problem with a name, never an exception. */
export async function answerChat(
  params: ChatParams,
  select: () => Thenable<readonly ChatModel[]>,
  tell: (piece: string) => void,
  signal: CancelSignal,
): Promise<ChatResult> {
  try {
    const models = await select();
    const model = choose(models, params.model);
    if (!model) return { problem: 'model', message: missing(models, params.model) };
    const justification = `AgentIde's run ${params.run} asks it for the program of node ${params.node}.`;
    const answer = await model.sendRequest(turns(params), justification, signal);
    let text = '';
    for await (const piece of answer) {
      if (signal.isCancellationRequested) break;
      text += piece;
      tell(piece);
      if (text.length > params.maximumOutput * lettersPerToken) {
        return { text, model: model.id, stop: 'too-long' };
      }
    }
    return { text, model: model.id };
  } catch (error) {
    return { problem: problemOf(error), message: messageOf(error) };
  }
}

/** By id, name or family, each with or without its vendor before it: `gpt-4o`, `copilot/gpt-4o`. */
export function choose(models: readonly ChatModel[], wanted: string | undefined): ChatModel | undefined {
  if (wanted === undefined) return models[0];
  const names = (model: ChatModel) => [model.id, model.family, model.name];
  return (
    models.find((model) => model.id === wanted) ??
    models.find((model) =>
      names(model).some((name) => name === wanted || `${model.vendor}/${name}` === wanted),
    )
  );
}

/** Models of editors know no system role: what they are to be stands before what they are asked. */
function turns(params: ChatParams): ChatTurn[] {
  const system: ChatTurn = { role: 'user', text: params.system };
  return [system, ...params.messages].filter(({ text }) => text !== '');
}

/** The codes of `vscode.LanguageModelError`, and the names that its providers give their own errors. */
export function problemOf(error: unknown): ChatProblem {
  const { code, name, message } = facts(error);
  switch (code) {
    case 'NoPermissions':
      return 'key';
    case 'NotFound':
      return 'model';
    case 'Blocked':
      return 'quota';
  }
  if (/quota/i.test(name)) return 'quota';
  if (/rate.?limit/i.test(name) || /rate.?limit|too many requests/i.test(message)) return 'busy';
  if (/quota|premium requests/i.test(message)) return 'quota';
  if (/filtered|content.?filter|responsible ai|off.?topic/i.test(message)) return 'refused';
  if (/token limit|too long|exceeds.*(context|token|limit)/i.test(message)) return 'request';
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|net::|fetch failed|network/i.test(message)) return 'unreachable';
  return 'broken';
}

function messageOf(error: unknown): string {
  return facts(error).message.split('\n', 1)[0] ?? '';
}

function facts(error: unknown): { code: string; name: string; message: string } {
  if (!(error instanceof Error)) return { code: '', name: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = error.cause instanceof Error ? facts(error.cause) : undefined;
  return {
    code: code === '' || code === 'unknown' ? (cause?.code ?? '') : code,
    name: error.name === 'Error' ? (cause?.name ?? '') : error.name,
    message: error.message === '' ? (cause?.message ?? '') : error.message,
  };
}

function missing(models: readonly ChatModel[], wanted: string | undefined): string {
  if (models.length === 0)
    return 'This editor has no language models: sign in to one of its providers, such as GitHub Copilot.';
  const names = models.map((model) => model.id).join(', ');
  return `There is no ${wanted ?? 'model'} here. There are: ${names}`;
}
