// The tests' GitHub itself: what it answers is what GitHub's description says, and its repositories are git's.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startGitHub } from './server.mjs';

const run = promisify(execFile);

describe("The tests' GitHub", () => {
  let github, folder;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'agentide-github-test-'));
    github = await startGitHub();
    github.hub.addUser({ login: 'octo', token: 'octo-token' });
    github.hub.addUser({ login: 'guest', token: 'guest-token' });
    github.hub.addUser({ login: 'reader', token: 'reader-token', scopes: [] });
    await github.hub.addRepository({ owner: 'octo', name: 'diamonds', protected: ['kept'] });
    await git('clone', '-q', `${github.web}/octo/diamonds.git`, 'work');
    await commit('main', 'README.md');
  });

  after(async () => {
    await github?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const git = (...args) =>
    run('git', ['-c', 'user.name=Octo', '-c', 'user.email=octo@github.test', ...args], {
      cwd: args[0] === 'clone' ? folder : path.join(folder, 'work'),
      env: {
        PATH: process.env.PATH,
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    });
  const push = (branch, token = 'octo-token', owner = 'octo') =>
    git(
      'push',
      '-q',
      `${github.web.replace('://', `://x-access-token:${token}@`)}/${owner}/diamonds.git`,
      branch,
    );
  const commit = async (branch, file) => {
    await git('checkout', '-q', '-B', branch);
    await writeFile(path.join(folder, 'work', file), file);
    await git('add', file);
    await git('commit', '-q', '-m', file);
    await push(branch);
  };
  const ask = async (method, where, body, token = 'octo-token') => {
    const response = await fetch(github.api + where, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        'User-Agent': 'tests',
        'Content-Type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json(), headers: response.headers };
  };
  const refusal = ({ status, body }) => [
    status,
    body.errors?.[0].message ?? body.errors?.[0].field ?? body.message,
  ];

  it('opens a pull request once, lists it by its head, and changes its text', async () => {
    await commit('better', 'solution.py');
    const wanted = { title: 'Better', head: 'better', base: 'main', body: 'By a machine.', draft: true };
    const opened = await ask('POST', '/repos/octo/diamonds/pulls', wanted);
    assert.equal(opened.status, 201);
    assert.equal(opened.body.draft, true);

    assert.deepEqual(refusal(await ask('POST', '/repos/octo/diamonds/pulls', wanted)), [
      422,
      'A pull request already exists for octo:better.',
    ]);
    const listed = await ask('GET', '/repos/octo/diamonds/pulls?head=octo:better&state=all');
    assert.deepEqual(
      listed.body.map((pull) => pull.number),
      [opened.body.number],
    );
    const changed = await ask('PATCH', `/repos/octo/diamonds/pulls/${opened.body.number}`, { body: 'Anew.' });
    assert.equal(changed.body.body, 'Anew.');
  });

  it('refuses what GitHub refuses, in its words', async () => {
    const pulls = '/repos/octo/diamonds/pulls';
    const wanted = { title: 'x', head: 'better', base: 'main' };
    assert.deepEqual(refusal(await ask('GET', '/user', undefined, 'nobody')), [401, 'Bad credentials']);
    assert.deepEqual(refusal(await ask('GET', '/repos/octo/none')), [404, 'Not Found']);
    assert.equal((await ask('POST', pulls, wanted, 'reader-token')).status, 403);
    assert.deepEqual(refusal(await ask('POST', pulls, { ...wanted, head: 'none' })), [422, 'head']);
    assert.deepEqual(refusal(await ask('POST', pulls, { ...wanted, head: 'main' })), [
      422,
      'No commits between main and main',
    ]);
    assert.match(
      refusal(await ask('POST', pulls, { ...wanted, title: 'y'.repeat(300) }))[1],
      /title is too long/,
    );
  });

  it('takes comments on lines and answers to them', async () => {
    const [pull] = github.hub.pulls(github.hub.named('octo/diamonds'));
    const { id } = await github.hub.addReviewComment(pull, github.hub.userNamed('guest'), {
      path: 'solution.py',
      line: 1,
      body: 'Why this?',
    });
    const where = `/repos/octo/diamonds/pulls/${pull.number}/comments`;
    const reply = await ask('POST', `${where}/${id}/replies`, { body: 'Node 7 has it.' });
    assert.equal(reply.body.in_reply_to_id, id);
    assert.deepEqual(
      (await ask('GET', where)).body.map((comment) => comment.body),
      ['Why this?', 'Node 7 has it.'],
    );
  });

  it('lets nobody push who may not, nobody to a protected branch, and everybody to a fork of their own', async () => {
    await assert.rejects(push('better', 'guest-token'), /403/);
    await assert.rejects(push('better', 'nobody'), /Authentication failed/);
    await git('checkout', '-q', '-B', 'kept');
    await assert.rejects(push('kept'), /Protected branch/);

    assert.equal(
      (await ask('POST', '/repos/octo/diamonds/forks', {}, 'guest-token')).body.full_name,
      'guest/diamonds',
    );
    await git('checkout', '-q', 'better');
    await push('better', 'guest-token', 'guest');
    const wanted = { title: 'From a fork', head: 'guest:better', base: 'main' };
    const opened = await ask('POST', '/repos/octo/diamonds/pulls', wanted, 'guest-token');
    assert.equal(opened.body.head.label, 'guest:better');
  });

  it('fails as often as a test wants, with the headers of a limit', async () => {
    github.fail({ path: '^/user$', status: 403, headers: { 'Retry-After': '1' }, times: 1 });
    const limited = await ask('GET', '/user');
    assert.equal(limited.status, 403);
    assert.equal(limited.headers.get('retry-after'), '1');
    assert.equal((await ask('GET', '/user')).status, 200);
  });

  it('holds a request until it is let go on, and an answer', async () => {
    for (const hold of ['before', 'after']) {
      github.fail({ path: '^/user$', hold });
      const held = ask('GET', '/user');
      await github.held('^/user$');
      github.release('^/user$');
      assert.equal((await held).status, 200);
    }
  });

  it('notices a request that breaks the description', async () => {
    assert.deepEqual(github.violations, []);
    const { status, body } = await ask('POST', '/repos/octo/diamonds/pulls', { title: 'no base' });
    assert.equal(status, 422);
    assert.match(body.type, /stoplight/);
    assert.match(github.violations.join(), /POST \/repos\/octo\/diamonds\/pulls/);
  });
});
