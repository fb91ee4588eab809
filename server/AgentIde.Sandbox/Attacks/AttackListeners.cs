using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Sockets of this machine that nobody in a sandbox may reach: by the internet protocols, by path, by abstract name.</summary>
internal sealed class AttackListeners : IDisposable
{
    private readonly List<(string Name, Socket Socket)> _listeners = [];

    internal AttackListeners(string path, string abstractName)
    {
        IEnumerable<IPAddress> own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(address => address.Address))
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
            .Take(2);
        IEnumerable<IPAddress> addresses = [IPAddress.Loopback, .. Socket.OSSupportsIPv6 ? [IPAddress.IPv6Loopback] : Array.Empty<IPAddress>(), .. own];
        foreach (IPAddress address in addresses)
        {
            Bind(new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(address, 0), $"TCP {address}", Tcp);
            Bind(new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp), new IPEndPoint(address, 0), $"UDP {address}", Udp);
        }

        Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(path), "a socket by its path", null);
        Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint('\0' + abstractName), "an abstract socket", null);
    }

    internal List<(string Address, int Port)> Tcp { get; } = [];

    internal List<(string Address, int Port)> Udp { get; } = [];

    /// <summary>Which were reached since the last question.</summary>
    internal IReadOnlyList<string> TakeCalls()
    {
        List<string> calls = [];
        byte[] buffer = new byte[64];
        foreach ((string name, Socket socket) in _listeners)
        {
            while (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                calls.Add(name);
                if (socket.SocketType == SocketType.Stream)
                {
                    socket.Accept().Dispose();
                }
                else
                {
                    socket.Receive(buffer);
                }
            }
        }

        return calls;
    }

    public void Dispose() => _listeners.ForEach(listener => listener.Socket.Dispose());

    private void Bind(Socket socket, EndPoint address, string name, List<(string, int)>? addresses)
    {
        try
        {
            socket.Bind(address);
        }
        catch (SocketException) when (address is IPEndPoint { Address.AddressFamily: AddressFamily.InterNetworkV6 })
        {
            // IPv6 is compiled in and switched off: there is nothing to reach.
            socket.Dispose();
            return;
        }

        if (socket.SocketType == SocketType.Stream)
        {
            socket.Listen();
        }

        _listeners.Add((name, socket));
        if (socket.LocalEndPoint is IPEndPoint bound)
        {
            addresses?.Add((bound.Address.ToString(), bound.Port));
        }
    }
}
