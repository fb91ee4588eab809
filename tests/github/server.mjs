import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { URL } from 'node:url';
import { readDescription } from './description.mjs';
import { Faults } from './faults.mjs';
import { answerGit } from './gitServer.mjs';
import { GitHub, Refusal } from './github.mjs';
import { startChecked } from './prism.mjs';
import { Rest } from './rest.mjs';

/** How the gate names to the interface behind the checker what it is to answer with. */
const faultHeader = 'x-fault-of-a-test';

/**
 * The tests' GitHub on one port, as a GitHub Enterprise Server has it: `api` is the REST interface, where each request
 * and answer is checked by GitHub's description, and `web` has the repositories for git.
 * @param {{ prefix?: string }} options `/api/v3` for a GitHub Enterprise Server.
 */
export async function startGitHub({ prefix = '' } = {}) {
  const root = await mkdtemp(path.join(tmpdir(), 'agentide-github-'));
  const description = await readDescription(prefix);
  const hub = new GitHub(path.join(root, 'repositories'));
  const requests = [];
  const violations = [];
  const faults = new Faults();
  const chosen = new Map();
  const gate = await listen(enter);
  const behind = await listen(answer);
  const rest = new Rest(hub, description, gate.url, gate.url + prefix);
  const checked = await startChecked(description, behind.url, root);

  /** Whatever a client asks comes here first. */
  async function enter(request, response) {
    const url = new URL(request.url, gate.url);
    const seen = { method: request.method, path: url.pathname, status: 0 };
    requests.push(seen);
    response.on('close', () => (seen.status = response.headersSent ? response.statusCode : 0));
    const fault = faults.take(request.method, url.pathname);
    if (fault?.drop) return request.socket.destroy();
    if (fault?.hold && !(await faults.hold(fault, response))) return;
    const status = fault?.status && fault;
    if (/^\/[^/]+\/[^/]+\.git\//.test(url.pathname))
      return status ? refuse(response, status) : await git(request, response, url);
    const body = await read(request);
    const headers = { ...request.headers };
    if (status) {
      headers[faultHeader] = String(chosen.size);
      chosen.set(headers[faultHeader], status);
    }
    const upstream = ask(checked.url + request.url, { method: request.method, headers });
    upstream.end(body);
    const [answered] = await once(upstream, 'response');
    const text = await read(answered);
    if (/problem\+json/.test(answered.headers['content-type'] ?? ''))
      violations.push(`${seen.method} ${seen.path}: ${text}`);
    delete answered.headers['transfer-encoding'];
    response.writeHead(answered.statusCode, { ...answered.headers, 'content-length': text.length });
    response.end(text);
  }

  /** The interface itself, which only the checker speaks to. */
  async function answer(request, response) {
    const url = new URL(request.url, gate.url);
    const fault = chosen.get(request.headers[faultHeader]);
    if (fault) return refuse(response, fault);
    if (!url.pathname.startsWith(prefix)) return send(response, 404, new Refusal(404, 'Not Found').body);
    url.pathname = url.pathname.slice(prefix.length);
    try {
      const token = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const text = (await read(request)).toString();
      const { status, body, headers } = await rest.answer({
        method: request.method,
        url,
        token,
        body: text === '' ? {} : JSON.parse(text),
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
      return say(response, user ? 404 : 401, 'Repository not found.');
    }
    if ((password && !user) || (pushes && !user)) return say(response, 401, 'Invalid username or token.');
    if (pushes && !hub.mayPush(user, repository))
      return say(response, 403, `Permission to ${owner}/${name}.git denied to ${user.login}.`);
    if (pushes && repository.archived)
      return say(response, 403, 'This repository was archived so it is read-only.');
    await answerGit(hub.root, user?.login ?? '', request, response);
  }

  return {
    hub,
    requests,
    web: gate.url,
    api: gate.url + prefix,
    /** What GitHub's description found wrong, a line each. */
    violations,
    /**
     * The next requests of a method and path are answered with a status, not at all (`drop`), or not before they are
     * let go on (`hold`: `before` they are looked at, or `after` all is done but for the answer).
     */
    fail: (fault) => faults.add(fault),
    /** Once a request of this path is held. */
    held: (where) => faults.held(where),
    release: (where) => faults.release(where),
    stop: async () => {
      await checked.stop();
      await gate.stop();
      await behind.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function listen(answer) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** To git, as a web server. */
function say(response, status, text) {
  response.writeHead(status, {
    'Content-Type': 'text/plain',
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="GitHub"' }),
  });
  response.end(`${text}\n`);
}

function refuse(response, { status, body, headers }) {
  send(response, status, body ?? new Refusal(status, 'Asked for by a test').body, headers);
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
