import type { GitHubTokenParams, GitHubTokenResult } from './protocol';

/** What of the editor's accounts a token comes from: an authentication provider's id, and the scopes that are asked for. */
export interface Account {
  readonly provider: 'github' | 'github-enterprise';
  readonly scopes: readonly string[];
}

/** Asks for a session; it rejects where the person declines, or where there is no such provider. */
export type SignIn = (account: Account) => Thenable<{ readonly accessToken: string }>;

/** To push a branch and to open a pull request, in private repositories too: GitHub has no smaller scope for both. */
const scopes = ['repo'];

/**
 * Whose session is good for a server. That of an enterprise is for the one server that the person's own settings
 * name, and a token goes to no other.
 */
export function accountFor(host: string, enterprise: string | undefined): Account | undefined {
  if (host === 'github.com') return { provider: 'github', scopes };
  return enterprise !== undefined && hostOf(enterprise) === host
    ? { provider: 'github-enterprise', scopes }
    : undefined;
}

/**
 * Answers the server's question for a token. A person who declines has given none: the server then looks at what
 * the machine has. `keepSecret` learns of it before anything else does.
 */
export async function answerToken(
  { host }: GitHubTokenParams,
  enterprise: string | undefined,
  signIn: SignIn,
  keepSecret: (secret: string) => void,
): Promise<GitHubTokenResult> {
  const account = accountFor(host, enterprise);
  if (!account) return {};
  try {
    const { accessToken } = await signIn(account);
    keepSecret(accessToken);
    return { token: accessToken };
  } catch {
    // What it says may be anything, and no token is all that is to be known of it.
    return {};
  }
}

function hostOf(address: string): string | undefined {
  try {
    return new URL(address).host;
  } catch {
    return undefined;
  }
}
