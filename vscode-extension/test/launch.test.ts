import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findDotnet, newestRuntime, type Machine } from '../src/server/dotnet';
import { planLaunch } from '../src/server/launch';

const runtimes = (...versions: string[]) =>
  versions
    .map((version) => `Microsoft.NETCore.App ${version} [/usr/share/dotnet/shared/Microsoft.NETCore.App]\n`)
    .join('');

/** A machine that holds these files; the text of a `dotnet` is what it says of its runtimes. */
function machineWith(files: Record<string, string>, env: Record<string, string> = {}): Machine {
  return {
    platform: 'linux',
    env,
    isFile: (file) => file in files,
    listRuntimes: (file) => {
      const output = files[file];
      return output === undefined || output === 'broken'
        ? Promise.reject(new Error('exit 1'))
        : Promise.resolve(output);
    },
  };
}

const ten = runtimes('10.0.1');

describe('Finding .NET', () => {
  it('reads the newest runtime as numbers, and takes no other framework for it', () => {
    const output = `Microsoft.AspNetCore.App 11.0.0 [/x]\n${runtimes('9.0.12', '10.0.0-rc.1.25451.107', '10.0.10', '10.0.9')}`;
    assert.equal(newestRuntime(output), '10.0.10');
    assert.equal(newestRuntime(''), undefined);
  });

  it('prefers DOTNET_ROOT to the path, and the path to the usual places', async () => {
    const files = { '/opt/net/dotnet': ten, '/usr/bin/dotnet': ten, '/usr/share/dotnet/dotnet': ten };
    const root = await findDotnet(machineWith(files, { DOTNET_ROOT: '/opt/net', PATH: '/usr/bin' }), '', []);
    const path = await findDotnet(machineWith(files, { PATH: '/bin:/usr/bin' }), '', []);
    const usual = await findDotnet(machineWith(files), '', []);
    assert.deepEqual(
      [root, path, usual].map((search) => search.found && search.dotnet),
      ['/opt/net/dotnet', '/usr/bin/dotnet', '/usr/share/dotnet/dotnet'],
    );
  });

  it('passes over one that is too old or broken', async () => {
    const files = {
      '/old/dotnet': runtimes('8.0.4'),
      '/bad/dotnet': 'broken',
      '/usr/bin/dotnet': runtimes('11.0.0'),
    };
    const search = await findDotnet(machineWith(files, { PATH: '/old:/bad:/usr/bin' }), '', []);
    assert.deepEqual(search, { found: true, dotnet: '/usr/bin/dotnet', version: '11.0.0' });
  });

  it('takes none from the workspace, and none by a relative path', async () => {
    const files = { '/work/tools/dotnet': ten, 'tools/dotnet': ten, '/workshop/dotnet': ten };
    const inside = await findDotnet(machineWith(files, { PATH: '/work/tools:tools:.' }), '', ['/work']);
    assert.equal(inside.found, false);
    const beside = await findDotnet(machineWith(files, { PATH: '/workshop' }), '', ['/work']);
    assert.equal(beside.found, true);
  });

  it('takes the setting alone where there is one', async () => {
    const search = await findDotnet(
      machineWith({ '/usr/bin/dotnet': ten }, { PATH: '/usr/bin' }),
      '/opt/dotnet',
      [],
    );
    assert.match(search.found ? '' : search.message, /agentide\.dotnetPath \(\/opt\/dotnet\)/);
  });

  it('says in one line what it found and the command that installs it', async () => {
    const search = await findDotnet(
      machineWith({ '/usr/bin/dotnet': runtimes('8.0.4') }, { PATH: '/usr/bin' }),
      '',
      [],
    );
    assert.deepEqual(search, {
      found: false,
      message:
        'AgentIde needs the .NET 10 runtime: /usr/bin/dotnet has 8.0.4. Install it with: sudo apt-get install -y dotnet-runtime-10.0',
      install: 'sudo apt-get install -y dotnet-runtime-10.0',
    });
  });
});

describe('Starting the server', () => {
  const none = { serverPath: '', dotnetPath: '' };
  const bundled = { '/ext/server/agentide.dll': '', '/usr/bin/dotnet': ten };
  const env = { PATH: '/usr/bin', OPENAI_API_KEY: 'k', DOTNET_STARTUP_HOOKS: '/work/evil.dll' };

  it('takes the one that came with the extension, in a folder that is not the workspace', async () => {
    const plan = await planLaunch(machineWith(bundled, env), none, '/ext', ['/work']);
    assert.deepEqual(plan, {
      ok: true,
      launch: {
        command: '/usr/bin/dotnet',
        args: ['/ext/server/agentide.dll', 'lsp'],
        cwd: '/ext/server',
        env: { PATH: '/usr/bin', OPENAI_API_KEY: 'k', DOTNET_ROLL_FORWARD: 'Major' },
      },
    });
  });

  it('prefers the setting, and starts a program without .NET', async () => {
    const plan = await planLaunch(
      machineWith({ ...bundled, '/opt/agentide': '' }, env),
      { ...none, serverPath: '/opt/agentide' },
      '/ext',
      [],
    );
    assert.deepEqual(plan.ok && [plan.launch.command, plan.launch.args], ['/opt/agentide', ['lsp']]);
  });

  it('refuses a relative path, which the workspace could answer', async () => {
    const plan = await planLaunch(machineWith(bundled, env), { ...none, serverPath: './agentide' }, '/ext', [
      '/work',
    ]);
    assert.deepEqual(plan, {
      ok: false,
      message: 'agentide.serverPath must be an absolute path: ./agentide',
    });
  });

  it('says which file is missing', async () => {
    const without = await planLaunch(machineWith({}), none, '/ext', []);
    const wrong = await planLaunch(machineWith({}), { ...none, serverPath: '/opt/agentide' }, '/ext', []);
    assert.match(without.ok ? '' : without.message, /came without a server/);
    assert.match(wrong.ok ? '' : wrong.message, /does not exist: \/opt\/agentide/);
  });

  it('passes on the message where there is no .NET', async () => {
    const plan = await planLaunch(machineWith({ '/ext/server/agentide.dll': '' }), none, '/ext', []);
    assert.match(
      plan.ok ? '' : plan.message,
      /needs the \.NET 10 runtime: none was found\. Install it with: /,
    );
  });
});
