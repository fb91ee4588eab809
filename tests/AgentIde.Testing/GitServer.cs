using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace AgentIde.Testing;

/// <summary>Bare repositories served by git's own HTTP backend to whoever has the token, on a port of this machine.</summary>
public sealed class GitServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _root;
    private readonly string _backend;

    public GitServer(string root, string token)
    {
        _root = root;
        Token = token;
        _backend = Path.Combine(TestGit.Run(root, "--exec-path"), "git-http-backend");
        using (System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        Serving = ServeAsync();
    }

    public Uri Address { get; }

    public string Token { get; }

    /// <summary>Ends with the server.</summary>
    public Task Serving { get; }

    /// <summary>What each request that was let in asked for, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Comes between what git saw and what it does: before each push that was let in.</summary>
    public Action? BeforePush { get; set; }

    /// <summary>Answers all that comes with this status, where it is set.</summary>
    public int? Refuse { get; set; }

    /// <summary>Answers what is no repository's: whether it did.</summary>
    public Func<HttpListenerContext, Task<bool>>? Api { get; set; }

    /// <summary>Sends all that comes there, where it is set.</summary>
    public Uri? Elsewhere { get; set; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
            context.Response.Close();
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        HttpListenerRequest request = context.Request;
        if (Api is not null && await Api(context))
        {
            return;
        }

        if (Elsewhere is not null)
        {
            context.Response.Redirect(new Uri(Elsewhere, request.RawUrl).AbsoluteUri);
            return;
        }

        if (Refuse is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        if (request.Headers["Authorization"] != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{Token}"))}")
        {
            context.Response.StatusCode = 401;
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"git\"");
            return;
        }

        Requests.Enqueue($"{request.HttpMethod} {request.RawUrl}");
        if (request.HttpMethod == "POST" && request.Url!.AbsolutePath.EndsWith("/git-receive-pack", StringComparison.Ordinal))
        {
            BeforePush?.Invoke();
        }

        await BackendAsync(request, context.Response);
    }

    /// <summary>As a web server runs a CGI program.</summary>
    private async Task BackendAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        ProcessStartInfo start = new(_backend) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        (string, string)[] environment =
        [
            ("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_PROJECT_ROOT", _root), ("GIT_HTTP_EXPORT_ALL", "1"), ("REMOTE_USER", "ann"), ("REMOTE_ADDR", "127.0.0.1"),
            ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*"),
            ("REQUEST_METHOD", request.HttpMethod), ("PATH_INFO", Uri.UnescapeDataString(request.Url!.AbsolutePath)), ("QUERY_STRING", request.Url.Query.TrimStart('?')), ("CONTENT_TYPE", request.ContentType ?? ""),
            ("HTTP_CONTENT_ENCODING", request.Headers["Content-Encoding"] ?? ""), ("GIT_PROTOCOL", request.Headers["Git-Protocol"] ?? ""),
        ];
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using MemoryStream body = new();
        await request.InputStream.CopyToAsync(body);
        start.Environment["CONTENT_LENGTH"] = body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        process.StandardInput.Close();
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        byte[] all = output.ToArray();
        int end = all.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (string header in Encoding.ASCII.GetString(all, 0, end).Split("\r\n"))
        {
            string[] parts = header.Split(": ", 2);
            if (parts[0] == "Status")
            {
                response.StatusCode = int.Parse(parts[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (parts[0] == "Content-Type")
            {
                response.ContentType = parts[1];
            }
        }

        await response.OutputStream.WriteAsync(all.AsMemory(end + 4));
    }
}
