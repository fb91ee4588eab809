import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What the tests' GitHub answers, and so what the product may ask. */
const operations = {
  '/user': ['get'],
  '/repos/{owner}/{repo}': ['get'],
  '/repos/{owner}/{repo}/branches/{branch}': ['get'],
  '/repos/{owner}/{repo}/commits': ['get'],
  '/repos/{owner}/{repo}/forks': ['get', 'post'],
  '/repos/{owner}/{repo}/git/ref/{ref}': ['get'],
  '/repos/{owner}/{repo}/issues/{issue_number}': ['get'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/pulls': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get', 'patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies': ['post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews': ['get'],
};

/** What any request may be answered with: GitHub's description tells of it in its text, not at each operation. */
const anywhere = {
  401: 'basic-error',
  403: 'basic-error',
  404: 'basic-error',
  429: 'basic-error',
  502: 'basic-error',
};

/**
 * GitHub's own description (@octokit/openapi, MIT), cut to what the tests use: whole it has 1,100 operations, and a
 * minute goes by until it is read.
 * @param {string} prefix Before each path: empty for github.com, `/api/v3` for a server of one's own.
 */
export async function readDescription(prefix = '') {
  const file = require.resolve('@octokit/openapi/generated/api.github.com.json');
  const whole = JSON.parse(await readFile(file, 'utf8'));
  const paths = {};
  for (const [name, methods] of Object.entries(operations)) {
    const { parameters } = whole.paths[name];
    const entry = (paths[prefix + name] = parameters ? { parameters } : {});
    for (const method of methods) entry[method] = withCommonAnswers(whole.paths[name][method]);
  }
  const description = { openapi: whole.openapi, info: whole.info, paths, components: {} };
  const missing = [description];
  while (missing.length > 0) {
    for (const reference of referencesIn(missing.pop())) {
      const [kind, name] = reference.slice('#/components/'.length).split('/');
      const known = (description.components[kind] ??= {});
      if (known[name]) continue;
      known[name] = whole.components[kind][name];
      missing.push(known[name]);
    }
  }
  return description;
}

function withCommonAnswers(operation) {
  const common = Object.fromEntries(
    Object.entries(anywhere).map(([status, schema]) => [
      status,
      {
        description: 'Of any request',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
      },
    ]),
  );
  return { ...operation, responses: { ...common, ...operation.responses } };
}

function* referencesIn(value) {
  if (value === null || typeof value !== 'object') return;
  // Examples check nothing, and name others.
  if ('schema' in value) delete value.examples;
  for (const [name, inner] of Object.entries(value)) {
    if (name === '$ref' && typeof inner === 'string') yield inner;
    else yield* referencesIn(inner);
  }
}

/** Makes objects that a schema of the description asks for: what the tests don't say has the plainest value. */
export class Shapes {
  constructor(description) {
    this.schemas = description.components.schemas;
  }

  /** An object of the schema of this name, with these properties; those that it does not have are refused. */
  make(name, values) {
    const made = this.#of({ $ref: `#/components/schemas/${name}` }, 0);
    for (const [property, value] of Object.entries(values)) {
      if (!this.#has(this.schemas[name], property)) throw new Error(`${name} has no ${property}.`);
      made[property] = value;
    }
    return made;
  }

  #has(schema, property) {
    const whole = this.#resolve(schema);
    return (
      property in (whole.properties ?? {}) ||
      [...(whole.allOf ?? []), ...(whole.anyOf ?? []), ...(whole.oneOf ?? [])].some((part) =>
        this.#has(part, property),
      )
    );
  }

  #resolve(schema) {
    return schema.$ref ? this.#resolve(this.schemas[schema.$ref.split('/').at(-1)]) : schema;
  }

  #of(reference, depth) {
    const schema = this.#resolve(reference);
    if (schema.nullable && depth > 0) return null;
    if (schema.enum) return schema.enum.find((value) => value !== null) ?? null;
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => this.#of(part, depth)));
    const [choice] = schema.anyOf ?? schema.oneOf ?? [];
    if (choice) return this.#of(choice, depth);
    if (schema.type === 'array') return [];
    if (schema.type === 'boolean') return false;
    if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
    if (schema.type === 'string') return plainText(schema.format);
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, this.#of(schema.properties?.[name] ?? {}, depth + 1)]),
    );
  }
}

function plainText(format) {
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  if (format === 'uri') return 'https://github.test/';
  if (format === 'email') return 'somebody@github.test';
  return 'x';
}
