import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ServerCommand } from '../src/server/protocol';

interface Walkthrough {
  readonly steps: readonly { readonly media: { readonly svg: string; readonly altText: string } }[];
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command?: string; readonly when?: string }[]>
    >;
    readonly keybindings: readonly { readonly command: string }[];
    readonly walkthroughs: readonly Walkthrough[];
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
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('ommands.ts') || file.endsWith('Command.ts'))
      .map((file) => readFileSync(`src/${file}`, 'utf8'));
    const registered = [...sources.join('\n').matchAll(/^ +'(agentide\.\w+)':/gm)].flatMap(
      (match) => match[1] ?? [],
    );
    assert.deepEqual(registered.toSorted(), commands.toSorted());
    const { menus, keybindings, walkthroughs } = manifest.contributes;
    const links = [...JSON.stringify(walkthroughs).matchAll(/command:(agentide\.\w+)/gi)];
    assert.ok(links.length >= 8);
    const named = [
      ...Object.values(menus).flatMap((menu) => menu.flatMap(({ command }) => command ?? [])),
      ...keybindings.map(({ command }) => command),
      ...links.flatMap(([, command]) => command ?? []),
    ];
    assert.deepEqual(
      named.filter((command) => !commands.includes(command)),
      [],
    );
  });

  it('has a picture, with words for who does not see it, for each step of the walkthrough', () => {
    const media = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media));
    assert.equal(media.length, 5);
    assert.deepEqual(
      media.filter(({ svg, altText }) => !existsSync(svg) || altText.length < 20),
      [],
    );
  });

  it('offers a pull request of runs that rest and have a best, and of nodes whose score was graded here', () => {
    const patterns = (manifest.contributes.menus['view/item/context'] ?? [])
      .filter(({ command }) => command === 'agentide.openPullRequest')
      .map(({ when }) => new RegExp(/viewItem =~ \/(.*?)\/( &&|$)/.exec(when ?? '')?.[1] ?? 'none'));
    const offered = (item: string) => patterns.filter((pattern) => pattern.test(item)).length;
    assert.equal(patterns.length, 3);
    // Beside the run and in its menu.
    assert.equal(offered('run.finished.best'), 2);
    for (const item of ['run.paused.best', 'run.interrupted.best', 'node.valid', 'node.valid.child'])
      assert.equal(offered(item), 1, item);
    for (const item of [
      'run.live.best',
      'run.finished',
      'run.finished.imported.best',
      'node.buggy.child',
      'node.valid.child.rejected',
      'node.valid.imported',
      'node.valid.fileless',
    ])
      assert.equal(offered(item), 0, item);
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
