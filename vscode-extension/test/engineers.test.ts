import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capsFor, dollars, dollarsProblem, engineerOffers } from '../src/runs/engineerOffers';
import { Keys, type Secrets } from '../src/server/keys';

/** A secret storage like the editor's. */
class Storage implements Secrets {
  readonly kept = new Map<string, string>();
  get(name: string) {
    return Promise.resolve(this.kept.get(name));
  }
  store(name: string, value: string) {
    this.kept.set(name, value);
    return Promise.resolve();
  }
  delete(name: string) {
    this.kept.delete(name);
    return Promise.resolve();
  }
}

describe('The engineers that are offered', () => {
  it("are the built-in one, each of the editor's models, and the providers", () => {
    const model = {
      id: 'gpt-4o',
      name: 'GPT-4o',
      vendor: 'copilot',
      family: 'gpt-4o',
      sendRequest: () => Promise.reject(new Error('not asked here')),
    };
    const offers = engineerOffers([model]);
    assert.deepEqual(
      offers.map(({ label, engineer, provider }) => [label, engineer ?? provider]),
      [
        ['Built-in engineer', 'builtin'],
        ['GPT-4o', 'vscode:gpt-4o'],
        ['OpenAI…', 'openai'],
        ['Anthropic…', 'anthropic'],
      ],
    );
  });

  it('are capped in dollars where they have a price, and in tokens where the user says so', () => {
    assert.deepEqual(capsFor('builtin', 5, 1000), {});
    assert.deepEqual(capsFor('openai:gpt-5.1', 5, 0), { dollars: 5 });
    assert.deepEqual(capsFor('openai:gpt-5.1', 0, 1000), { tokens: 1000 });
    assert.deepEqual(capsFor('vscode:gpt-4o', 5, 0), {});
    assert.deepEqual(capsFor('draft=openai:gpt-5.1,vscode', 5, 1000), { tokens: 1000 });
    assert.deepEqual(capsFor('draft=vscode:gpt-4o,builtin', 5, 0), {});
  });

  it('take an amount of dollars and nothing else for a cap', () => {
    assert.equal(dollarsProblem('2'), undefined);
    assert.equal(dollarsProblem(' $0.50'), undefined);
    assert.equal(dollars(' $0.50'), 0.5);
    for (const text of ['', '-1', 'two', '1e999']) assert.notEqual(dollarsProblem(text), undefined, text);
  });
});

describe('Keys', () => {
  it('lie in the secret storage and reach the server by its environment', async () => {
    const storage = new Storage();
    const keys = new Keys(storage);
    assert.deepEqual(await keys.environment(), {});
    await keys.store('openai', ' sk-one\n');
    assert.equal(await keys.has('openai'), true);
    assert.equal(await keys.has('anthropic'), false);
    assert.deepEqual(await keys.environment(), { OPENAI_API_KEY: 'sk-one' });
    await keys.forget();
    assert.equal(storage.kept.size, 0);
  });
});
