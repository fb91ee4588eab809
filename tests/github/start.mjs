// The tests' GitHub as a process: says where it listens on one line, and ends with its standard input. What a test
// wants of it comes as lines of JSON, `{"id": 1, "do": "addUser", …}`, each answered by one with its id.
import { createInterface } from 'node:readline';
import { startGitHub } from './server.mjs';

const github = await startGitHub({ prefix: process.argv[2] ?? '' });
const { hub } = github;
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const repository = (name) => hub.named(name);
const pullOf = ({ number, title, body, state, user, comments, pull }) => ({
  number,
  title,
  body,
  state,
  by: user.login,
  comments: comments.map((comment) => ({ id: comment.id, by: comment.user.login, body: comment.body })),
  draft: pull.draft,
  head: `${pull.source.owner}:${pull.branch}`,
  base: pull.base,
  reviewComments: pull.comments.map((comment) => ({
    id: comment.id,
    by: comment.user.login,
    path: comment.path,
    line: comment.line,
    body: comment.body,
    inReplyTo: comment.inReplyTo,
  })),
});
const of = (name) => (text) => text.toLowerCase().includes(`/${name.toLowerCase()}`);
const doing = {
  addUser: ({ login, token, scopes }) => void hub.addUser({ login, token, scopes }),
  addRepository: async (wanted) => ({ folder: (await hub.addRepository(wanted)).folder }),
  addIssue: ({ repository: name, by, ...issue }) => ({
    number: hub.addIssue(repository(name), hub.userNamed(by), issue).number,
  }),
  addComment: ({ repository: name, number, by, body }) => ({
    comment: hub.addComment(hub.issue(repository(name), number), hub.userNamed(by), body).id,
  }),
  addPull: async ({ repository: name, by, ...pull }) => ({
    number: (await hub.addPull(repository(name), hub.userNamed(by), pull)).number,
  }),
  changePull: ({ repository: name, number, by, ...changes }) => {
    const issue = hub.pull(repository(name), number);
    if (changes.mergedAt !== undefined) issue.pull.mergedAt = changes.mergedAt;
    hub.changePull(repository(name), hub.userNamed(by), issue, changes);
  },
  addReviewComment: async ({ repository: name, number, by, ...comment }) => ({
    comment: (await hub.addReviewComment(hub.pull(repository(name), number), hub.userNamed(by), comment)).id,
  }),
  addReview: async ({ repository: name, number, by, ...review }) => ({
    review: (await hub.addReview(hub.pull(repository(name), number), hub.userNamed(by), review)).id,
  }),
  fail: (fault) => github.fail(fault),
  held: ({ path }) => github.held(path),
  release: ({ path }) => github.release(path),
  change: ({ repository: name, ...changes }) => void Object.assign(repository(name), changes),
  see: ({ repository: name }) => ({
    pulls: hub.pulls(repository(name)).map(pullOf),
    requests: github.requests.filter(({ path }) => of(name)(path)),
    violations: github.violations.filter(of(name)),
  }),
};

say({ id: 0, web: github.web, api: github.api });
for await (const line of createInterface(process.stdin)) {
  const { id, do: verb, ...wanted } = JSON.parse(line);
  // One may wait for what another one brings about.
  Promise.resolve()
    .then(() => doing[verb](wanted))
    .then(
      (said) => say({ ...said, id }),
      (error) => say({ id, error: error.message }),
    );
}
await github.stop();
