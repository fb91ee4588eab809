import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { URL } from 'node:url';

/**
 * Answers a request of git's smart HTTP by the git that is installed, as a web server does (`git http-backend`).
 * @param {string} root The folder above all repositories.
 * @param {string} user Who has been let in: without one git takes no push.
 */
export async function answerGit(root, user, request, response) {
  const url = new URL(request.url, 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: user,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(backend.stdin).on('error', () => {}); // It may have heard enough before the client has said all.
  request.on('close', () => request.complete || backend.kill()); // Whoever asked is gone.
  const parts = [];
  for await (const part of backend.stdout) parts.push(part);
  if (backend.exitCode === null) await once(backend, 'close');
  const whole = Buffer.concat(parts);
  const end = whole.indexOf('\r\n\r\n');
  const head = whole.subarray(0, Math.max(end, 0)).toString();
  const headers = head.split('\r\n').map((line) => line.split(/:\s*/, 2));
  const [status] = headers
    .filter(([name]) => name === 'Status')
    .map(([, value]) => Number.parseInt(value, 10));
  response.writeHead(
    end < 0 ? 500 : (status ?? 200),
    headers.filter(([name, value]) => value !== undefined && name !== 'Status').flat(),
  );
  response.end(whole.subarray(end + 4));
}
