import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  Trace,
  TraceFormat,
} from 'vscode-jsonrpc/node';
import { CleanOutput } from '../src/server/cleanOutput';
import { accountFor, answerToken } from '../src/server/gitHub';
import { Method, type GitHubTokenParams, type GitHubTokenResult } from '../src/server/protocol';

type Output = ConstructorParameters<typeof CleanOutput>[0];

const canary = 'gho_canaryCANARYcanary0123456789';
const params: GitHubTokenParams = { host: 'github.com', repository: 'ann/gems' };
const enterprise = 'https://git.example:8443/';

/** An output channel that keeps what it is told. */
function channel(): { readonly output: Output; readonly text: () => string } {
  const written: unknown[] = [];
  const write = (...values: unknown[]) => written.push(...values);
  const named = ['append', 'appendLine', 'replace', 'trace', 'debug', 'info', 'warn', 'error', 'show'];
  const output = Object.fromEntries(named.map((name) => [name, write])) as unknown as Output;
  return {
    output,
    text: () =>
      written.map((value) => (value instanceof Error ? value.stack : JSON.stringify(value))).join('\n'),
  };
}

describe("The editor's session at GitHub", () => {
  it('is asked for with the scope that pull requests need, and its token kept secret before it is handed over', async () => {
    const seen: unknown[] = [];
    const result = await answerToken(
      params,
      enterprise,
      (account) => {
        seen.push(account);
        return Promise.resolve({ accessToken: canary });
      },
      (secret) => seen.push(secret),
    );
    assert.deepEqual(result, { token: canary });
    assert.deepEqual(seen, [{ provider: 'github', scopes: ['repo'] }, canary]);
  });

  it("is an enterprise's for the one server that the person's settings name, and for no other", () => {
    assert.equal(accountFor('git.example:8443', enterprise)?.provider, 'github-enterprise');
    for (const host of ['git.example', 'evil.example', 'github.com.evil.example', 'GITHUB.COM', ''])
      assert.equal(accountFor(host, enterprise), undefined, host);
    assert.equal(accountFor('git.example:8443', undefined), undefined);
    assert.equal(accountFor('nonsense', 'nonsense'), undefined);
    assert.equal(accountFor('github.com', enterprise)?.provider, 'github');
  });

  it('gives nothing where the person declines, or where the server is another', async () => {
    const kept: string[] = [];
    const declined = () => Promise.reject(new Error(`User did not consent to ${canary}.`));
    assert.deepEqual(await answerToken(params, undefined, declined, (secret) => kept.push(secret)), {});
    const elsewhere = { ...params, host: 'evil.example' };
    const session = () => Promise.resolve({ accessToken: canary });
    assert.deepEqual(await answerToken(elsewhere, enterprise, session, (secret) => kept.push(secret)), {});
    assert.deepEqual(kept, []);
  });
});

describe('The output', () => {
  for (const format of [TraceFormat.Text, TraceFormat.JSON]) {
    it(`shows messages as ${format} where they are traced, and never the token that is in one`, async () => {
      const { output, text } = channel();
      const clean = new CleanOutput(output);
      const [there, back] = [new PassThrough(), new PassThrough()];
      const editor = createMessageConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
      const server = createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
      // As the language client writes what it traces.
      const traced = {
        log: (first: object | string, second?: string) => {
          if (typeof first !== 'string') clean.trace(JSON.stringify(first));
          else clean.trace(second === undefined ? first : `${first}\n${second}`);
        },
      };
      await editor.trace(Trace.Verbose, traced, { sendNotification: false, traceFormat: format });
      editor.onRequest(Method.gitHubToken, (asked: GitHubTokenParams) =>
        answerToken(asked, undefined, () => Promise.resolve({ accessToken: canary }), clean.keepSecret),
      );
      editor.listen();
      server.listen();
      const { token } = await server.sendRequest<GitHubTokenResult>(Method.gitHubToken, params);
      assert.equal(token, canary);
      assert.match(text(), /agentide\/githubToken/);
      assert.match(text(), /"token\\*": ?\\*"\*\*\*/);
      assert.ok(!text().includes(canary));
      editor.dispose();
      server.dispose();
    });
  }

  it('has no secret in any of its ways to write', () => {
    const { output, text } = channel();
    const clean = new CleanOutput(output);
    clean.keepSecret(canary);
    clean.keepSecret('');
    const said = `said ${canary} twice: ${canary}`;
    for (const write of ['append', 'appendLine', 'replace'] as const) clean[write](said);
    for (const write of ['trace', 'debug', 'info', 'warn'] as const)
      clean[write](said, said, { deep: [said] }, undefined);
    clean.error(new Error(said), new Error(said));
    clean.error(said);
    assert.equal(text().match(/\*\*\* twice: \*\*\*/g)?.length, 3 + 4 * 3 + 2 + 1);
    assert.ok(!text().includes(canary));
  });
});
