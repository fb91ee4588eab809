// The tests' GitHub as a process: says where it listens on one line, and ends with its standard input. What a test
// wants of it comes as lines of JSON, `{"do": "addUser", …}`, each answered by one.
import { createInterface } from 'node:readline';
import { startGitHub } from './server.mjs';

const github = await startGitHub({ prefix: process.argv[2] ?? '' });
const { hub } = github;
const say = (value) => process.stdout.write(`${JSON.stringify(value ?? {})}\n`);
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
const doing = {
  addUser: (wanted) => hub.addUser(wanted),
  addRepository: async (wanted) => ({ folder: (await hub.addRepository(wanted)).folder }),
  addIssue: ({ repository: name, by, ...issue }) => ({
    number: hub.addIssue(repository(name), hub.userNamed(by), issue).number,
  }),
  addComment: ({ repository: name, number, by, body }) => ({
    id: hub.addComment(hub.issue(repository(name), number), hub.userNamed(by), body).id,
  }),
  addReviewComment: async ({ repository: name, number, by, ...comment }) => ({
    id: (await hub.addReviewComment(hub.pull(repository(name), number), hub.userNamed(by), comment)).id,
  }),
  fail: (fault) => void github.fail(fault),
  change: ({ repository: name, ...changes }) => void Object.assign(repository(name), changes),
  see: ({ repository: name }) => ({
    pulls: hub.pulls(repository(name)).map(pullOf),
    requests: github.requests,
    violations: github.violations,
  }),
};

say({ api: github.api, web: github.web });
for await (const line of createInterface(process.stdin)) {
  const { do: verb, ...wanted } = JSON.parse(line);
  try {
    say(await doing[verb](wanted));
  } catch (error) {
    say({ error: error.message });
  }
}
await github.stop();
