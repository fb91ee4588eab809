import * as vscode from 'vscode';
import { editorModels } from '../server/editorModels';
import { providers, type Keys, type Provider } from '../server/keys';
import type { StartRunArguments } from '../server/protocol';
import { capsFor, dollars, dollarsProblem, engineerOffers } from './engineerOffers';

type Chosen = Pick<StartRunArguments, 'engineer' | 'dollars' | 'tokens'>;

/** The engineer of the settings, else the one that is picked; undefined where the user gave up. */
export async function chooseEngineer(keys: Keys, restart: () => Promise<void>): Promise<Chosen | undefined> {
  const settings = vscode.workspace.getConfiguration('agentide');
  const maximumCost = settings.get('maximumCost', 5);
  const maximumTokens = settings.get('maximumTokens', 0);
  const set = settings.get('engineer', '').trim();
  if (set !== '') return { engineer: set, ...capsFor(set, maximumCost, maximumTokens) };

  const picked = await vscode.window.showQuickPick(engineerOffers(await editorModels()), {
    placeHolder: 'Who is to work on it? (agentide.engineer sets it for good)',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!picked) return undefined;
  if (!picked.provider) {
    const engineer = picked.engineer ?? 'builtin';
    return { engineer, ...capsFor(engineer, maximumCost, maximumTokens) };
  }

  const model = await modelOf(picked.provider, keys, restart);
  if (model === undefined) return undefined;
  const cap = await vscode.window.showInputBox({
    title: `What may the run spend on ${model}?`,
    prompt: 'US dollars. No call is sent that could bring the sum above it.',
    value: String(maximumCost),
    validateInput: dollarsProblem,
    ignoreFocusOut: true,
  });
  if (cap === undefined) return undefined;
  return { engineer: model, ...capsFor(model, 0, maximumTokens), dollars: dollars(cap) };
}

/** Asks for a model, and for the key where there is none yet; the server is started anew to have it. */
async function modelOf(
  provider: Provider,
  keys: Keys,
  restart: () => Promise<void>,
): Promise<string | undefined> {
  const { title, variable, example } = providers[provider];
  const model = await vscode.window.showInputBox({
    title: `Which model of ${title}?`,
    value: example,
    ignoreFocusOut: true,
    validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : 'The name of a model, in one word'),
  });
  if (model === undefined) return undefined;
  if (!(await keys.has(provider)) && !process.env[variable]) {
    const key = await vscode.window.showInputBox({
      title: `Your key for ${title}`,
      prompt: 'It is kept in the secret storage of this editor, and given to the processes of runs alone.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (/^[!-~]+$/.test(text.trim()) ? undefined : 'A key is one word'),
    });
    if (key === undefined) return undefined;
    await keys.store(provider, key);
    await restart();
  }
  return `${provider}:${model.trim()}`;
}
