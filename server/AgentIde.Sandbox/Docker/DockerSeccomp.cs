using System.Text;
using System.Text.Json;
using AgentIde.Sandbox.Seccomp;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// The filter of the other engine as Docker reads it. Docker's form knows calls by name and can't close those that are
/// yet to come; otherwise the rules are the same.
/// </summary>
internal static class DockerSeccomp
{
    private const int NotPermitted = 1, NotImplemented = 38, AddressFamilyNotSupported = 97;
    private const uint UnixFamily = 1, AnyNewNamespace = 0x7E020000, AnyPersonality = 0x0FFF0000, FileType = 0xF000;

    internal static string Write(SyscallTable table)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("defaultAction", "SCMP_ACT_ALLOW");
            json.WriteStartArray("architectures");
            json.WriteStringValue(table.Name);
            json.WriteEndArray();
            json.WriteStartArray("syscalls");
            Rule(json, [.. table.Denied.Select(call => call.Name)], NotPermitted);
            Rule(json, [.. SyscallTable.AnsweredAsMissing.Select(call => call.Name)], NotImplemented);
            foreach (uint bit in Bits(AnyNewNamespace))
            {
                Rule(json, ["clone"], NotPermitted, (0, "SCMP_CMP_MASKED_EQ", bit, bit));
            }

            foreach (uint bit in Bits(AnyPersonality))
            {
                Rule(json, ["personality"], NotPermitted, (0, "SCMP_CMP_MASKED_EQ", bit, bit));
            }

            Rule(json, ["socket"], AddressFamilyNotSupported, (0, "SCMP_CMP_NE", UnixFamily, 0));
            Rule(json, ["socketpair"], AddressFamilyNotSupported, (0, "SCMP_CMP_NE", UnixFamily, 0));
            foreach (uint request in (uint[])[0x5412, 0x541C])
            {
                Rule(json, ["ioctl"], NotPermitted, (1, "SCMP_CMP_MASKED_EQ", uint.MaxValue, request));
            }

            foreach ((_, string name) in table.DeviceNodes)
            {
                foreach (uint device in (uint[])[0x2000, 0x6000])
                {
                    Rule(json, [name], NotPermitted, (name == "mknod" ? 1 : 2, "SCMP_CMP_MASKED_EQ", FileType, device));
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static IEnumerable<uint> Bits(uint mask) => Enumerable.Range(0, 32).Select(bit => 1u << bit).Where(bit => (mask & bit) != 0);

    private static void Rule(Utf8JsonWriter json, string[] names, int error, (int Index, string Operator, uint Value, uint Second)? argument = null)
    {
        json.WriteStartObject();
        json.WriteStartArray("names");
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteString("action", "SCMP_ACT_ERRNO");
        json.WriteNumber("errnoRet", error);
        json.WriteStartArray("args");
        if (argument is { } compared)
        {
            json.WriteStartObject();
            json.WriteNumber("index", compared.Index);
            json.WriteNumber("value", compared.Value);
            json.WriteNumber("valueTwo", compared.Second);
            json.WriteString("op", compared.Operator);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
