using AgentIde.Models.Keys;

namespace AgentIde.Models.Providers;

/// <summary>The address of a provider, checked before anything is sent there.</summary>
public static class BaseAddress
{
    /// <param name="source">The flag or variable that it comes from, for the message.</param>
    /// <returns>Without a slash at the end; null for an empty text.</returns>
    /// <exception cref="ArgumentException">It is no address that a key or a prompt may go to; one line with the way out.</exception>
    public static Uri? Parse(string source, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
        {
            throw new ArgumentException($"{source} is no address: write one such as https://openrouter.ai/api/v1 or http://localhost:11434/v1.");
        }
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException($"{source} holds more than an address: leave out user, password and what follows a ? or #, and set the key by {KeyRing.OtherVariable}.");
        }
        if (address.Scheme == "http" && !Origin.Of(address).IsPrivate)
        {
            throw new ArgumentException($"{source} is http, where everybody on the way reads along: use https for {address.Host}, or an address of this machine or network.");
        }
        return new Uri(address.AbsoluteUri.TrimEnd('/'));
    }
}
