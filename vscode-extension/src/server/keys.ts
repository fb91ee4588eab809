/** The part of VS Code's secret storage that is used here. */
export interface Secrets {
  get(name: string): Thenable<string | undefined>;
  store(name: string, value: string): Thenable<void>;
  delete(name: string): Thenable<void>;
}

/** Whose key it is, and the variable of the environment that carries it. */
export const providers = {
  openai: { title: 'OpenAI', variable: 'OPENAI_API_KEY', example: 'gpt-5.1' },
  anthropic: { title: 'Anthropic', variable: 'ANTHROPIC_API_KEY', example: 'claude-opus-5' },
} as const;

export type Provider = keyof typeof providers;

const all = Object.keys(providers) as Provider[];

/**
 * Keys of providers. They lie in the editor's secret storage, and reach the server, and by it the processes of runs,
 * in their environment at their start: never in a message, on a command line or in a file.
 */
export class Keys {
  constructor(private readonly secrets: Secrets) {}

  async has(provider: Provider): Promise<boolean> {
    return (await this.secrets.get(nameOf(provider))) !== undefined;
  }

  async store(provider: Provider, key: string): Promise<void> {
    await this.secrets.store(nameOf(provider), key.trim());
  }

  async forget(): Promise<void> {
    for (const provider of all) await this.secrets.delete(nameOf(provider));
  }

  /** Of those that are stored. */
  async environment(): Promise<Record<string, string>> {
    const environment: Record<string, string> = {};
    for (const provider of all) {
      const key = await this.secrets.get(nameOf(provider));
      if (key !== undefined) environment[providers[provider].variable] = key;
    }
    return environment;
  }
}

function nameOf(provider: Provider): string {
  return `agentide.key.${provider}`;
}
