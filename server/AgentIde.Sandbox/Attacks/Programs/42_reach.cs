// In C# what the others try in Python: files, the network, processes, the system by its C library, code before Main.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

JsonElement facts = JsonDocument.Parse(File.ReadAllText("input/facts.json")).RootElement;
bool isControl = facts.GetProperty("control").GetBoolean();
int tried = 0;

void MustBeRefused(string what, Action action)
{
    tried++;
    try
    {
        action();
    }
    catch (Exception)
    {
        return;
    }

    Console.WriteLine($"BROKEN: {what}");
}

foreach (JsonElement file in facts.GetProperty("files").EnumerateArray())
{
    MustBeRefused($"read {file}", () => File.ReadAllText(file.GetString()!));
}

foreach (JsonElement endpoint in facts.GetProperty("tcp").EnumerateArray())
{
    MustBeRefused($"reach {endpoint}", () => new TcpClient(endpoint[0].GetString()!, endpoint[1].GetInt32()).Dispose());
}

if (!isControl)
{
    MustBeRefused("trace itself", () => Succeed(C.ptrace(0, 0, 0, 0)));
    MustBeRefused("a namespace of its own", () => Succeed(C.unshare(0x10000000)));
    MustBeRefused("become root", () => Succeed(C.setuid(0)));
    MustBeRefused("write into the input", () => File.WriteAllText("input/x", "x"));
    MustBeRefused("find the compiler's own folder writable", () => File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "x.dll"), "x"));
    MustBeRefused("kill the canary process", () => Process.GetProcessById(facts.GetProperty("pid").GetInt32()).Kill());
    foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
    {
        if (variable.Value!.ToString()!.Contains("agentide-canary-"))
        {
            Console.WriteLine($"BROKEN: the variable {variable.Key} holds a canary");
        }
    }
}

if (!Early.Ran)
{
    Console.WriteLine("the code before Main did not run");
}

Console.WriteLine($"DONE {tried}");

static void Succeed(long result)
{
    if (result < 0)
    {
        throw new InvalidOperationException("refused");
    }
}

static class Early
{
    public static bool Ran;

    [ModuleInitializer]
    public static void Run() => Ran = true;
}

static class C
{
    [DllImport("libc")]
    public static extern long ptrace(long request, long pid, long address, long data);

    [DllImport("libc")]
    public static extern int unshare(int flags);

    [DllImport("libc")]
    public static extern int setuid(uint user);
}
