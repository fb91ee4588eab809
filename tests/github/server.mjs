import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { URL } from 'node:url';
import { readDescription } from './description.mjs';
import { answerGit } from './gitServer.mjs';
import { GitHub, Refusal } from './github.mjs';
import { startChecked } from './prism.mjs';
import { Rest } from './rest.mjs';

/**
 * The tests' GitHub on ports of its own: `api` for the REST interface, where each request and answer is checked by
 * GitHub's description, and `web` for git.
 * @param {{ prefix?: string }} options `/api/v3` for a GitHub Enterprise Server.
 */
export async function startGitHub({ prefix = '' } = {}) {
  const root = await mkdtemp(path.join(tmpdir(), 'agentide-github-'));
  const description = await readDescription(prefix);
  const hub = new GitHub(path.join(root, 'repositories'));
  const requests = [];
  const faults = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const web = `http://127.0.0.1:${server.address().port}`;
  const rest = new Rest(hub, description, web);
  const checked = await startChecked(description, web, root);

  async function answer(request, response) {
    const url = new URL(request.url, web);
    const seen = { method: request.method, path: url.pathname, status: 0 };
    requests.push(seen);
    response.on('close', () => (seen.status = response.statusCode));
    const fault = takeFault(request.method, url.pathname);
    if (fault?.drop) return request.socket.destroy();
    if (fault)
      return send(
        response,
        fault.status,
        fault.body ?? new Refusal(fault.status, 'Asked for by a test').body,
        fault.headers,
      );
    if (/^\/[^/]+\/[^/]+\.git\//.test(url.pathname)) return await git(request, response, url);
    if (!url.pathname.startsWith(prefix)) return send(response, 404, new Refusal(404, 'Not Found').body);
    url.pathname = url.pathname.slice(prefix.length);
    try {
      const token = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const { status, body, headers } = await rest.answer({
        method: request.method,
        url,
        token,
        body: await readJson(request),
      });
      send(response, status, body, headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.status, error.body, error.headers);
    }
  }

  async function git(request, response, url) {
    const [, owner, name] = /^\/([^/]+)\/([^/]+)\.git\//.exec(url.pathname);
    const [, password] = Buffer.from((request.headers.authorization ?? '').replace(/^basic /i, ''), 'base64')
      .toString()
      .split(':');
    const user = hub.userOf(password);
    const pushes =
      url.pathname.endsWith('/git-receive-pack') || url.searchParams.get('service') === 'git-receive-pack';
    let repository;
    try {
      repository = hub.seenBy(user, owner, name);
    } catch {
      return refuse(response, user ? 404 : 401, 'Repository not found.');
    }
    if ((password && !user) || (pushes && !user)) return refuse(response, 401, 'Invalid username or token.');
    if (pushes && !hub.mayPush(user, repository))
      return refuse(response, 403, `Permission to ${owner}/${name}.git denied to ${user.login}.`);
    if (pushes && repository.archived)
      return refuse(response, 403, 'This repository was archived so it is read-only.');
    await answerGit(hub.root, user?.login ?? '', request, response);
  }

  function takeFault(method, pathname) {
    const index = faults.findIndex(
      (fault) => (fault.method ?? method) === method && new RegExp(fault.path).test(pathname),
    );
    if (index < 0) return undefined;
    const fault = faults[index];
    if (fault.skip > 0) {
      fault.skip--;
      return undefined;
    }
    if (--fault.times <= 0) faults.splice(index, 1);
    return fault;
  }

  return {
    hub,
    requests,
    web,
    api: checked.url,
    /** What GitHub's description found wrong, a line each. */
    violations: checked.violations,
    violated: checked.violated,
    /** The next requests of a method and path are answered with a status, or not at all (`drop`). */
    fail: ({ times = 1, skip = 0, ...fault }) => faults.push({ times, skip, ...fault }),
    stop: async () => {
      await checked.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}

function refuse(response, status, text) {
  response.writeHead(status, {
    'Content-Type': 'text/plain',
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="GitHub"' }),
  });
  response.end(`${text}\n`);
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : JSON.parse(text);
}
