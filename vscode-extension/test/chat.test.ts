import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerChat, choose, problemOf, type ChatModel, type ChatTurn } from '../src/server/chat';
import type { ChatParams } from '../src/server/protocol';

const params: ChatParams = {
  run: 'diamonds-1',
  node: 3,
  call: 7,
  system: 'Be an engineer.',
  messages: [{ role: 'user', text: 'Draft.' }],
  maximumOutput: 100,
};

const going = { isCancellationRequested: false };

interface Asked {
  turns: readonly ChatTurn[];
  justification: string;
}

function model(id: string, answer: () => AsyncIterable<string>, asked: Asked[] = [], family = id): ChatModel {
  return {
    id,
    name: id.toUpperCase(),
    vendor: 'copilot',
    family,
    sendRequest: async (turns, justification) => {
      asked.push({ turns, justification });
      return await Promise.resolve(answer());
    },
  };
}

async function* pieces(...texts: string[]): AsyncIterable<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

async function* failing(error: Error, ...before: string[]): AsyncIterable<string> {
  yield* pieces(...before);
  throw error;
}

function lmError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe("The editor's own models", () => {
  it('are asked with the system prompt first, and what they say comes in pieces and whole', async () => {
    const asked: Asked[] = [];
    const told: string[] = [];
    const result = await answerChat(
      params,
      () => Promise.resolve([model('gpt-4o', () => pieces('Bo', 'ost'), asked)]),
      (piece) => told.push(piece),
      going,
    );
    assert.deepEqual(result, { text: 'Boost', model: 'gpt-4o' });
    assert.deepEqual(told, ['Bo', 'ost']);
    assert.deepEqual(asked[0]?.turns, [
      { role: 'user', text: 'Be an engineer.' },
      { role: 'user', text: 'Draft.' },
    ]);
    assert.match(asked[0].justification, /diamonds-1/);
  });

  it('are found by id, family or name, with or without their vendor, an id first', () => {
    const first = model('claude-sonnet', () => pieces(), [], 'gpt-4o');
    const second = model('gpt-4o', () => pieces());
    const models = [first, second];
    assert.equal(choose(models, 'gpt-4o'), second);
    assert.equal(choose(models, 'CLAUDE-SONNET'), first);
    assert.equal(choose(models, 'copilot/claude-sonnet'), first);
    assert.equal(choose(models, undefined), first);
    assert.equal(choose(models, 'o3'), undefined);
    assert.equal(choose([], undefined), undefined);
  });

  it('that are not there are a problem that says which are', async () => {
    const ask = (models: ChatModel[]) =>
      answerChat(
        { ...params, model: 'o3' },
        () => Promise.resolve(models),
        () => undefined,
        going,
      );
    const some = await ask([model('gpt-4o', () => pieces())]);
    assert.deepEqual(some, { problem: 'model', message: 'There is no o3 here. There are: gpt-4o' });
    const none = await ask([]);
    assert.equal(none.problem, 'model');
    assert.match(none.message ?? '', /sign in/);
  });

  it('that write without end are cut off', async () => {
    const endless = async function* () {
      for (;;) yield await Promise.resolve('x'.repeat(100));
    };
    const result = await answerChat(
      params,
      () => Promise.resolve([model('gpt-4o', endless)]),
      () => undefined,
      going,
    );
    assert.equal(result.stop, 'too-long');
    assert.equal(result.text?.length, 900);
  });

  it('are heard no further once the request is cancelled', async () => {
    const signal = { isCancellationRequested: false };
    const told: string[] = [];
    await answerChat(
      params,
      () => Promise.resolve([model('gpt-4o', () => pieces('one', 'two', 'three'))]),
      (piece) => {
        told.push(piece);
        signal.isCancellationRequested = true;
      },
      signal,
    );
    assert.deepEqual(told, ['one']);
  });

  it('that fail in the midst of an answer are a problem, not an answer', async () => {
    const error = lmError('Blocked', 'You have used up your premium requests.\nUpgrade.');
    const result = await answerChat(
      params,
      () => Promise.resolve([model('gpt-4o', () => failing(error, 'Bo'))]),
      () => undefined,
      going,
    );
    assert.deepEqual(result, { problem: 'quota', message: 'You have used up your premium requests.' });
  });

  it('tell by code, name or words why there is no answer', () => {
    const named = Object.assign(new Error('no more'), { name: 'ChatQuotaExceeded' });
    const limited = Object.assign(new Error('slow down'), { name: 'ChatRateLimited' });
    const cases: [unknown, string][] = [
      [lmError('NoPermissions', 'The user said no.'), 'key'],
      [lmError('NotFound', 'gone'), 'model'],
      [lmError('Blocked', 'blocked'), 'quota'],
      [named, 'quota'],
      [Object.assign(new Error('wrapped'), { code: 'unknown', cause: lmError('NotFound', 'gone') }), 'model'],
      [new Error('', { cause: limited }), 'busy'],
      [new Error('Response got filtered.'), 'refused'],
      [new Error('Message exceeds token limit.'), 'request'],
      [new Error('getaddrinfo ENOTFOUND api.githubcopilot.com'), 'unreachable'],
      [new Error('Something else'), 'broken'],
      ['a text', 'broken'],
    ];
    for (const [error, problem] of cases) assert.equal(problemOf(error), problem, String(error));
  });
});
