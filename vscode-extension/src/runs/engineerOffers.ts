import type { ChatModel } from '../server/chat';
import { providers, type Provider } from '../server/keys';

/** Who may work on a run, as it is offered. `engineer` is as on the command line; a provider's model is asked for. */
export interface EngineerOffer {
  readonly label: string;
  readonly description: string;
  readonly engineer?: string;
  readonly provider?: Provider;
}

export interface Caps {
  readonly dollars?: number;
  readonly tokens?: number;
}

export function engineerOffers(models: readonly ChatModel[]): EngineerOffer[] {
  return [
    { label: 'Built-in engineer', description: 'asks no model and costs nothing', engineer: 'builtin' },
    ...models.map((model) => ({
      label: model.name,
      description: `this editor's own model (${model.vendor}), by its subscription`,
      engineer: `vscode:${model.id}`,
    })),
    ...(Object.keys(providers) as Provider[]).map((provider) => ({
      label: `${providers[provider].title}…`,
      description: 'a model at the provider, with your key',
      provider,
    })),
  ];
}

/** Caps for an engineer, of what the settings say; 0 is no cap of the user's. Dollars are for what has a price. */
export function capsFor(engineer: string, maximumCost: number, maximumTokens: number): Caps {
  if (engineer === '' || engineer === 'builtin') return {};
  const priced = !engineer.split(',').some((part) => /(^|=)\s*vscode(:|\s*$)/.test(part));
  return {
    ...(priced && maximumCost > 0 && { dollars: maximumCost }),
    ...(maximumTokens > 0 && { tokens: maximumTokens }),
  };
}

/** What is wrong with an amount of dollars, for an input box; undefined where nothing is. */
export function dollarsProblem(text: string): string | undefined {
  const amount = Number(text.trim().replace(/^\$/, ''));
  return text.trim() !== '' && Number.isFinite(amount) && amount >= 0
    ? undefined
    : 'An amount of US dollars, such as 2 or 0.50';
}

export function dollars(text: string): number {
  return Number(text.trim().replace(/^\$/, ''));
}
