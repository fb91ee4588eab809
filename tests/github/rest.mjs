import { URL } from 'node:url';
import { Shapes } from './description.mjs';
import { Refusal } from './github.mjs';

/** GitHub's REST interface over the tests' GitHub. */
export class Rest {
  #shapes;
  #routes;

  /**
   * @param {import('./github.mjs').GitHub} hub
   * @param {object} description What the answers' shapes are taken from.
   * @param {string} web Where a person would look, and where git finds the repositories.
   * @param {string} api Where the interface itself is.
   */
  constructor(hub, description, web, api = web) {
    this.hub = hub;
    this.#shapes = new Shapes(description);
    this.web = web;
    this.api = api;
    const repository = '/repos/(?<owner>[^/]+)/(?<name>[^/]+)';
    this.#routes = [
      ['GET', '/user', ({ user }) => this.#me(user)],
      ['GET', repository, (asked) => this.#repository(asked.repository, asked.user)],
      ['GET', `${repository}/branches/(?<branch>.+)`, (asked) => this.#branch(asked)],
      ['GET', `${repository}/git/ref/(?<ref>.+)`, (asked) => this.#ref(asked)],
      ['GET', `${repository}/commits`, (asked) => this.#commits(asked)],
      ['GET', `${repository}/forks`, (asked) => this.#forks(asked)],
      [
        'POST',
        `${repository}/forks`,
        async (asked) => [202, this.#repository(await hub.fork(asked.user, asked.repository), asked.user)],
      ],
      [
        'GET',
        `${repository}/issues/(?<number>\\d+)`,
        ({ repository, number }) => this.#issue(repository, hub.issue(repository, number)),
      ],
      [
        'GET',
        `${repository}/issues/(?<number>\\d+)/comments`,
        ({ repository, number, page }) =>
          page(hub.issue(repository, number).comments, (comment) =>
            this.#comment(repository, number, comment),
          ),
      ],
      [
        'POST',
        `${repository}/issues/(?<number>\\d+)/comments`,
        ({ repository, number, user, body }) => [
          201,
          this.#comment(repository, number, hub.addComment(hub.issue(repository, number), user, body.body)),
        ],
      ],
      ['PATCH', `${repository}/issues/comments/(?<comment>\\d+)`, (asked) => this.#changeComment(asked)],
      ['GET', `${repository}/pulls`, (asked) => this.#pulls(asked)],
      [
        'POST',
        `${repository}/pulls`,
        async ({ repository, user, body }) => [
          201,
          await this.#pull(repository, await hub.addPull(repository, user, body)),
        ],
      ],
      [
        'GET',
        `${repository}/pulls/(?<number>\\d+)`,
        ({ repository, number }) => this.#pull(repository, hub.pull(repository, number)),
      ],
      [
        'PATCH',
        `${repository}/pulls/(?<number>\\d+)`,
        ({ repository, number, user, body }) =>
          this.#pull(repository, hub.changePull(repository, user, hub.pull(repository, number), body)),
      ],
      [
        'GET',
        `${repository}/pulls/(?<number>\\d+)/comments`,
        ({ repository, number, page }) =>
          this.#reviewComments(repository, hub.pull(repository, number), page),
      ],
      [
        'POST',
        `${repository}/pulls/(?<number>\\d+)/comments/(?<comment>\\d+)/replies`,
        (asked) => this.#reply(asked),
      ],
      [
        'GET',
        `${repository}/pulls/(?<number>\\d+)/reviews`,
        ({ repository, number, page }) =>
          page(hub.pull(repository, number).pull.reviews, (review) =>
            this.#review(repository, number, review),
          ),
      ],
    ].map(([method, pattern, answer]) => [method, new RegExp(`^${pattern}$`), answer]);
  }

  /**
   * @returns {Promise<{ status: number, body: object, headers?: Record<string, string> }>}
   */
  async answer({ method, url, token, body }) {
    const user = this.hub.userOf(token);
    if (token !== undefined && !user) throw new Refusal(401, 'Bad credentials');
    const scopes = user ? { 'X-OAuth-Scopes': user.scopes.join(', ') } : {};
    try {
      return await this.#answer({ method, url, user, body, headers: { ...scopes } });
    } catch (error) {
      if (error instanceof Refusal) error.headers = { ...scopes, ...error.headers };
      throw error;
    }
  }

  async #answer({ method, url, user, body, headers }) {
    for (const [wanted, pattern, answer] of this.#routes) {
      const found = method === wanted && pattern.exec(decodeURIComponent(url.pathname));
      if (!found) continue;
      const parts = found.groups ?? {};
      const repository =
        parts.owner === undefined ? undefined : this.hub.seenBy(user, parts.owner, parts.name);
      if (!user && (method !== 'GET' || url.pathname === '/user'))
        throw new Refusal(401, 'Requires authentication');
      if (method !== 'GET' && !user.scopes.includes('repo'))
        throw new Refusal(403, 'Resource not accessible by personal access token', {
          headers: { 'X-Accepted-OAuth-Scopes': 'repo' },
        });
      const page = (items, show) => {
        const [size, number] = [
          Number(url.searchParams.get('per_page') ?? 30),
          Number(url.searchParams.get('page') ?? 1),
        ];
        if (items.length > size * number) {
          const next = new URL(this.api + url.pathname + url.search);
          next.searchParams.set('page', String(number + 1));
          headers.Link = `<${next}>; rel="next"`;
        }
        return Promise.all(items.slice(size * (number - 1), size * number).map(show));
      };
      const said = await answer({ ...parts, user, repository, body, page, query: url.searchParams });
      // A list is one of items, not of a status and what was made.
      const [status, content] = Array.isArray(said) && typeof said[0] === 'number' ? said : [200, said];
      return { status, body: content, headers };
    }
    throw new Refusal(404, 'Not Found');
  }

  #user(user) {
    const isBot = user.login.endsWith('[bot]');
    return this.#shapes.make('simple-user', {
      id: user.id,
      login: user.login,
      html_url: `${this.web}/${isBot ? `apps/${user.login.slice(0, -'[bot]'.length)}` : user.login}`,
      type: isBot ? 'Bot' : 'User',
    });
  }

  #me(user) {
    return this.#shapes.make('public-user', {
      id: user.id,
      login: user.login,
      html_url: `${this.web}/${user.login}`,
      type: 'User',
      user_view_type: 'public',
    });
  }

  #common(repository, user) {
    const address = `${this.web}/${repository.owner}/${repository.name}`;
    const push = this.hub.mayPush(user, repository);
    return {
      id: repository.id,
      name: repository.name,
      full_name: `${repository.owner}/${repository.name}`,
      owner: this.#user(this.hub.userNamed(repository.owner)),
      private: repository.private,
      archived: repository.archived,
      fork: repository.forkOf !== undefined,
      default_branch: repository.defaultBranch,
      html_url: address,
      clone_url: `${address}.git`,
      allow_forking: repository.forkable,
      created_at: repository.at,
      updated_at: repository.at,
      pushed_at: repository.at,
      permissions: {
        admin: repository.owner === user?.login,
        maintain: push,
        push,
        triage: push,
        pull: true,
      },
    };
  }

  #repository(repository, user) {
    const parent = repository.forkOf && this.hub.named(repository.forkOf);
    return this.#shapes.make('full-repository', {
      ...this.#common(repository, user),
      ...(parent && { parent: this.#shapes.make('repository', this.#common(parent, user)) }),
    });
  }

  async #branch({ repository, branch }) {
    const sha = await this.#commit(repository, branch);
    const address = `${this.web}/${repository.owner}/${repository.name}`;
    return this.#shapes.make('branch-with-protection', {
      name: branch,
      commit: this.#shapes.make('commit', { sha, html_url: `${address}/commit/${sha}` }),
      protected: repository.protected.includes(branch),
    });
  }

  async #ref({ repository, ref }) {
    if (!ref.startsWith('heads/')) throw new Refusal(404, 'Not Found');
    const sha = await this.#commit(repository, ref.slice('heads/'.length));
    return this.#shapes.make('git-ref', {
      ref: `refs/${ref}`,
      object: { type: 'commit', sha: sha.padStart(40, '0'), url: `${this.web}/` },
    });
  }

  async #commits({ repository, query, page }) {
    const shas = await this.hub.commitsOf(repository, query.get('sha'), query.get('path'));
    const address = `${this.web}/${repository.owner}/${repository.name}`;
    return page(shas, (sha) => this.#shapes.make('commit', { sha, html_url: `${address}/commit/${sha}` }));
  }

  async #commit(repository, branch) {
    const sha = await this.hub.commitOf(repository, branch);
    if (sha === undefined) throw new Refusal(404, 'Branch not found');
    return sha;
  }

  #forks({ repository, user, page }) {
    const name = `${repository.owner}/${repository.name}`;
    const forks = [...this.hub.repositories.values()].filter((other) => other.forkOf === name);
    return page(forks, (fork) => this.#shapes.make('minimal-repository', this.#common(fork, user)));
  }

  /** What GitHub says of an author: who may write is heard. */
  #association(repository, user) {
    if (repository.owner === user.login) return 'OWNER';
    return repository.push.includes(user.login) ? 'COLLABORATOR' : 'NONE';
  }

  #issue(repository, issue) {
    const address = `${this.web}/${repository.owner}/${repository.name}`;
    return this.#shapes.make('issue', {
      id: issue.id,
      number: issue.number,
      title: issue.title,
      body: issue.body,
      state: issue.state,
      user: this.#user(issue.user),
      comments: issue.comments.length,
      html_url: `${address}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`,
      ...(issue.pull && { pull_request: this.#pages(repository, issue.number) }),
      author_association: 'NONE',
      created_at: issue.at,
      updated_at: issue.at,
    });
  }

  #pages(repository, number) {
    const page = `${this.web}/${repository.owner}/${repository.name}/pull/${number}`;
    return {
      url: `${this.api}/repos/${repository.owner}/${repository.name}/pulls/${number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
    };
  }

  #comment(repository, number, comment) {
    return this.#shapes.make('issue-comment', {
      id: comment.id,
      html_url: `${this.web}/${repository.owner}/${repository.name}/pull/${number}#issuecomment-${comment.id}`,
      body: comment.body,
      user: this.#user(comment.user),
      author_association: this.#association(repository, comment.user),
      created_at: comment.at,
      updated_at: comment.at,
    });
  }

  #changeComment({ repository, comment: id, user, body }) {
    const issue = [...repository.issues.values()].find((one) =>
      one.comments.some((comment) => comment.id === Number(id)),
    );
    const comment = issue?.comments.find((one) => one.id === Number(id));
    if (!comment) throw new Refusal(404, 'Not Found');
    if (comment.user !== user) throw new Refusal(403, 'Resource not accessible by personal access token');
    comment.body = body.body;
    return this.#comment(repository, issue.number, comment);
  }

  #pulls({ repository, query, page }) {
    const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')];
    const found = this.hub
      .pulls(repository)
      .filter(
        ({ state: itsState, pull }) =>
          (state === 'all' || state === itsState) &&
          (!head || head === `${pull.source.owner}:${pull.branch}`) &&
          (!base || base === pull.base),
      );
    return page(found.toReversed(), (pull) => this.#pull(repository, pull, 'pull-request-simple'));
  }

  async #pull(repository, issue, shape = 'pull-request') {
    const address = `${this.web}/${repository.owner}/${repository.name}/pull/${issue.number}`;
    const side = async (where, branch) => {
      const sha = (await this.hub.commitOf(where, branch)) ?? '0'.repeat(40);
      return {
        label: `${where.owner}:${branch}`,
        ref: branch,
        sha,
        user: this.#user(this.hub.userNamed(where.owner)),
        repo: this.#shapes.make('repository', this.#common(where, undefined)),
      };
    };
    const link = { href: address };
    return this.#shapes.make(shape, {
      id: issue.id,
      number: issue.number,
      title: issue.title,
      body: issue.body,
      state: issue.state,
      draft: issue.pull.draft,
      merged_at: issue.pull.mergedAt ?? null,
      user: this.#user(issue.user),
      html_url: address,
      head: await side(issue.pull.source, issue.pull.branch),
      base: await side(repository, issue.pull.base),
      _links: Object.fromEntries(
        ['comments', 'commits', 'statuses', 'html', 'issue', 'review_comments', 'review_comment', 'self'].map(
          (name) => [name, link],
        ),
      ),
      author_association: 'NONE',
      created_at: issue.at,
      updated_at: issue.at,
    });
  }

  #review(repository, number, review) {
    const address = `${this.web}/${repository.owner}/${repository.name}/pull/${number}`;
    return this.#shapes.make('pull-request-review', {
      id: review.id,
      body: review.body,
      state: review.state,
      user: this.#user(review.user),
      html_url: `${address}#pullrequestreview-${review.id}`,
      author_association: this.#association(repository, review.user),
      submitted_at: review.at,
      commit_id: review.commit,
      _links: { html: { href: address }, pull_request: { href: address } },
    });
  }

  #reviewComments(repository, issue, page) {
    return page(issue.pull.comments, (comment) => this.#reviewComment(repository, issue, comment));
  }

  async #reply({ repository, number, comment, user, body }) {
    const issue = this.hub.pull(repository, number);
    const reply = await this.hub.addReviewComment(issue, user, { body: body.body, inReplyTo: comment });
    return [201, this.#reviewComment(repository, issue, reply)];
  }

  #reviewComment(repository, issue, comment) {
    const address = `${this.web}/${repository.owner}/${repository.name}/pull/${issue.number}`;
    const link = { href: address };
    return this.#shapes.make('pull-request-review-comment', {
      id: comment.id,
      body: comment.body,
      path: comment.path,
      ...(comment.line !== undefined && { line: comment.line, original_line: comment.line, side: 'RIGHT' }),
      ...(comment.inReplyTo !== undefined && { in_reply_to_id: comment.inReplyTo }),
      commit_id: comment.commit,
      original_commit_id: comment.commit,
      user: this.#user(comment.user),
      html_url: `${address}#discussion_r${comment.id}`,
      author_association: this.#association(repository, comment.user),
      _links: { self: link, html: link, pull_request: link },
      created_at: comment.at,
      updated_at: comment.at,
    });
  }
}
