import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ServerCommand } from '../src/server/protocol';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown } };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const commands = manifest.contributes.commands.map(({ command }) => command);

describe('The manifest', () => {
  it('shares no command id with the server, whose ids the client registers by itself', () => {
    assert.deepEqual(
      commands.filter((command) => Object.values<string>(ServerCommand).includes(command)),
      [],
    );
  });

  it('contributes each command that the source registers, and each that a menu names', () => {
    const source = readFileSync('src/runs/runCommands.ts', 'utf8');
    const registered = [...source.matchAll(/^ {4}'(agentide\.\w+)':/gm)].flatMap((match) => match[1] ?? []);
    assert.deepEqual(registered.toSorted(), commands.toSorted());
    const named = Object.values(manifest.contributes.menus).flatMap((menu) =>
      menu.map(({ command }) => command),
    );
    assert.deepEqual(
      named.filter((command) => !commands.includes(command)),
      [],
    );
  });

  it('lets no workspace say which program runs or how much a run may spend', () => {
    const scopes = Object.entries(manifest.contributes.configuration.properties)
      .filter(([name]) => name !== 'agentide.trace.server')
      .map(([name, { scope }]) => [name, ['machine', 'application'].includes(scope)]);
    assert.deepEqual(
      scopes.filter(([, isSafe]) => isSafe !== true),
      [],
    );
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });
});
