// The diagrams of the expected texts of pull requests.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, URL } from 'node:url';

const expected = fileURLToPath(new URL('../AgentIde.Core.Tests/PullRequests/Expected/', import.meta.url));

/** The files. */
export function expectedTexts() {
  return readdirSync(expected)
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(expected, name));
}

/** The sources of the diagrams that a text holds. */
export function diagramsOf(file) {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```mermaid\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, source]) => source);
}
