import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An answer that is not the usual one. */
export class Refusal extends Error {
  constructor(status, message, { errors, headers } = {}) {
    super(message);
    this.status = status;
    this.headers = headers ?? {};
    this.body = {
      message,
      documentation_url: 'https://docs.github.com/rest',
      ...(errors && { errors }),
    };
  }
}

const invalid = (resource, error) =>
  new Refusal(422, 'Validation Failed', { errors: [{ resource, code: 'custom', ...error }] });

/** People, repositories, issues and pull requests as GitHub keeps them; the repositories are real ones of git. */
export class GitHub {
  users = new Map();
  repositories = new Map();
  #ids = 1000;
  #clock = Date.UTC(2026, 0, 1);

  /** @param {string} root An empty folder for the repositories. */
  constructor(root) {
    this.root = root;
  }

  addUser({ login, token, scopes = ['repo'] }) {
    const user = { id: this.#next(), login, scopes };
    this.users.set(token, user);
    return user;
  }

  userOf(token) {
    return this.users.get(token);
  }

  userNamed(login) {
    return [...this.users.values()].find((user) => user.login === login) ?? { id: 1, login, scopes: [] };
  }

  /**
   * @param {object} wanted `push` names who may push beside the owner; `protected` are branches that nobody may push to;
   * without `drafts` a draft is refused, as in the private repositories of some plans; `from` is a repository of this
   * machine whose branches it begins with.
   */
  async addRepository(wanted) {
    const repository = {
      id: this.#next(),
      private: false,
      archived: false,
      defaultBranch: 'main',
      push: [],
      protected: [],
      drafts: true,
      forkable: true,
      issues: new Map(),
      at: this.#now(),
      ...wanted,
    };
    const name = `${repository.owner}/${repository.name}`;
    repository.folder = path.join(this.root, `${name}.git`);
    await mkdir(path.dirname(repository.folder), { recursive: true });
    const from = repository.forkOf ? this.named(repository.forkOf).folder : repository.from;
    await (from
      ? this.#git(this.root, 'clone', '-q', '--bare', from, repository.folder)
      : this.#git(
          this.root,
          'init',
          '-q',
          '--bare',
          `--initial-branch=${repository.defaultBranch}`,
          repository.folder,
        ));
    await this.#git(repository.folder, 'config', 'http.receivepack', 'true');
    await this.#git(repository.folder, 'config', 'uploadpack.allowFilter', 'true');
    const guard = path.join(repository.folder, 'hooks', 'pre-receive');
    await mkdir(path.dirname(guard), { recursive: true });
    await writeFile(
      guard,
      [
        '#!/bin/sh',
        'while read -r old new name; do case "$name" in',
        ...repository.protected.map(
          (branch) =>
            `refs/heads/${branch}) echo "error: GH006: Protected branch update failed for $name." >&2; exit 1;;`,
        ),
        '*) ;; esac; done',
      ].join('\n'),
      { mode: 0o755 },
    );
    this.repositories.set(name.toLowerCase(), repository);
    return repository;
  }

  named(name) {
    const repository = this.repositories.get(name.toLowerCase());
    if (!repository) throw new Refusal(404, 'Not Found');
    return repository;
  }

  /** The repository, where this person may see it: another one is told that there is none. */
  seenBy(user, owner, name) {
    const repository = this.named(`${owner}/${name}`);
    if (repository.private && !this.mayPush(user, repository)) throw new Refusal(404, 'Not Found');
    return repository;
  }

  mayPush(user, repository) {
    return (
      user !== undefined &&
      user.scopes.includes('repo') &&
      (repository.owner === user.login || repository.push.includes(user.login))
    );
  }

  /** The commits that lead to one and changed a file, newest first. */
  async commitsOf(repository, sha, file) {
    const command = ['-C', repository.folder, 'log', '--format=%H', '--end-of-options', sha, '--', file];
    const { stdout } = await run('git', command);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** The commit of a branch; undefined where there is none. */
  async commitOf(repository, branch) {
    try {
      const { stdout } = await run('git', [
        '-C',
        repository.folder,
        'rev-parse',
        '--verify',
        '-q',
        `refs/heads/${branch}^{commit}`,
      ]);
      return stdout.trim();
    } catch {
      return undefined;
    }
  }

  async fork(user, repository) {
    if (!repository.forkable) throw new Refusal(403, 'Forking is disabled for this repository.');
    const name = `${user.login}/${repository.name}`;
    return (
      this.repositories.get(name.toLowerCase()) ??
      (await this.addRepository({
        owner: user.login,
        name: repository.name,
        defaultBranch: repository.defaultBranch,
        forkOf: `${repository.owner}/${repository.name}`,
      }))
    );
  }

  /** Issues and pull requests are numbered together. */
  addIssue(repository, user, { title, body }) {
    const issue = {
      id: this.#next(),
      number: repository.issues.size + 1,
      user,
      title,
      body: body ?? null,
      state: 'open',
      comments: [],
      at: this.#now(),
    };
    repository.issues.set(issue.number, issue);
    return issue;
  }

  issue(repository, number) {
    const issue = repository.issues.get(Number(number));
    if (!issue) throw new Refusal(404, 'Not Found');
    return issue;
  }

  pull(repository, number) {
    const issue = this.issue(repository, number);
    if (!issue.pull) throw new Refusal(404, 'Not Found');
    return issue;
  }

  pulls(repository) {
    return [...repository.issues.values()].filter((issue) => issue.pull);
  }

  async addPull(repository, user, { title, body, head, base, draft = false }) {
    if (repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
    this.#checkText(title, body);
    const from = head.includes(':') ? head.slice(0, head.indexOf(':')) : repository.owner;
    const branch = head.slice(head.indexOf(':') + 1);
    const source =
      from === repository.owner
        ? repository
        : this.repositories.get(`${from}/${repository.name}`.toLowerCase());
    const [tip, ground] = [
      source && (await this.commitOf(source, branch)),
      await this.commitOf(repository, base),
    ];
    if (!ground) throw invalid('PullRequest', { field: 'base', code: 'invalid' });
    if (!tip) throw invalid('PullRequest', { field: 'head', code: 'invalid' });
    if (
      this.pulls(repository).some(
        (other) =>
          other.state === 'open' &&
          other.pull.source === source &&
          other.pull.branch === branch &&
          other.pull.base === base,
      )
    ) {
      throw invalid('PullRequest', { message: `A pull request already exists for ${from}:${branch}.` });
    }
    if (tip === ground) throw invalid('PullRequest', { message: `No commits between ${base} and ${branch}` });
    if (draft && !repository.drafts)
      throw invalid('PullRequest', { message: 'Draft pull requests are not supported in this repository.' });
    const issue = this.addIssue(repository, user, { title, body });
    issue.pull = { source, branch, base, draft, comments: [], reviews: [] };
    return issue;
  }

  changePull(repository, user, issue, { title, body, state, base }) {
    if (repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
    if (issue.user !== user && !this.mayPush(user, repository))
      throw new Refusal(403, 'Resource not accessible by personal access token');
    this.#checkText(title ?? issue.title, body ?? issue.body);
    Object.assign(
      issue,
      title !== undefined && { title },
      body !== undefined && { body },
      state !== undefined && { state },
    );
    if (base !== undefined) issue.pull.base = base;
    return issue;
  }

  addComment(issue, user, body) {
    const comment = { id: this.#next(), user, body, at: this.#now() };
    issue.comments.push(comment);
    return comment;
  }

  /** A comment on a line of a file of the pull request, or an answer to one. */
  async addReviewComment(issue, user, { body, path: file, line, inReplyTo }) {
    const first = issue.pull.comments.find((comment) => comment.id === Number(inReplyTo));
    if (inReplyTo !== undefined && !first) throw new Refusal(404, 'Not Found');
    const commit = await this.commitOf(issue.pull.source, issue.pull.branch);
    const comment = {
      id: this.#next(),
      user,
      body,
      path: file ?? first.path,
      line: line ?? first?.line,
      inReplyTo: first?.id,
      commit,
      at: this.#now(),
    };
    issue.pull.comments.push(comment);
    return comment;
  }

  /** What somebody says of a whole pull request. */
  async addReview(issue, user, { body, state = 'COMMENTED' }) {
    const commit = await this.commitOf(issue.pull.source, issue.pull.branch);
    const review = { id: this.#next(), user, body, state, commit, at: this.#now() };
    issue.pull.reviews.push(review);
    return review;
  }

  #checkText(title, body) {
    if (!title || title.length > 256)
      throw invalid('PullRequest', {
        field: 'title',
        message: title ? 'title is too long (maximum is 256 characters)' : "title can't be blank",
      });
    if ((body ?? '').length > 65_536)
      throw invalid('PullRequest', {
        field: 'body',
        message: 'body is too long (maximum is 65536 characters)',
      });
  }

  async #git(folder, ...args) {
    await run('git', args, {
      cwd: folder,
      env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  #next() {
    return this.#ids++;
  }

  #now() {
    return new Date((this.#clock += 1000)).toISOString().replace('.000', '');
  }
}
