using System.Net;
using System.Net.Sockets;

namespace AgentIde.Models.Keys;

/// <summary>Whom a key is for: scheme, host and port.</summary>
public sealed record Origin(string Scheme, string Host, int Port)
{
    /// <summary>What is asked here is answered by this machine.</summary>
    public bool IsLoopback => Host == "localhost" || Host.EndsWith(".localhost", StringComparison.Ordinal)
        || (Address is { } address && IPAddress.IsLoopback(address));

    /// <summary>
    /// Reached within this machine or network, by the address itself. Of names only <c>localhost</c> counts: what another
    /// name leads to is for others to say.
    /// </summary>
    public bool IsPrivate => IsLoopback || (Address is { } address && IsPrivateAddress(address));

    private IPAddress? Address => IPAddress.TryParse(Host.Trim('[', ']'), out IPAddress? address) ? address : null;

    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost.ToLowerInvariant(), address.Port);

    public override string ToString()
    {
        string host = Host.Contains(':') && Host[0] != '[' ? $"[{Host}]" : Host;
        return new Uri($"{Scheme}://{host}:{Port}").GetLeftPart(UriPartial.Authority);
    }

    private static bool IsPrivateAddress(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal;
        }
        byte[] parts = plain.GetAddressBytes();
        return parts[0] == 10
            || (parts[0] == 172 && parts[1] is >= 16 and < 32)
            || (parts[0] == 192 && parts[1] == 168)
            || (parts[0] == 169 && parts[1] == 254);
    }
}
