using System.Buffers.Binary;
using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Seccomp;

namespace AgentIde.Sandbox.Tests;

public sealed class SeccompTests
{
    private const uint Allow = 0x7fff0000, Eperm = 0x50001, Enosys = 0x50026, NoFamily = 0x50061, Kill = 0x80000000;

    public static TheoryData<string, uint, ulong, ulong, ulong, uint> Decisions => new()
    {
        { "x64", 0, 0, 0, 0, Allow }, { "x64", 101, 0, 0, 0, Eperm }, { "x64", 321, 0, 0, 0, Eperm }, { "x64", 435, 0, 0, 0, Enosys },
        { "x64", 56, 0x11, 0, 0, Allow }, { "x64", 56, 0x10000011, 0, 0, Eperm }, { "x64", 56, 0x3d0f00, 0, 0, Allow }, { "x64", 56, 0x20000, 0, 0, Eperm },
        { "x64", 41, 1, 0, 0, Allow }, { "x64", 41, 2, 0, 0, NoFamily }, { "x64", 41, 0x1_0000_0001, 0, 0, Allow }, { "x64", 53, 30, 0, 0, NoFamily },
        { "x64", 16, 0, 0x5412, 0, Eperm }, { "x64", 16, 0, 0x1_0000_541C, 0, Eperm }, { "x64", 16, 0, 0x5401, 0, Allow },
        { "x64", 135, 0, 0, 0, Allow }, { "x64", 135, 0xffffffff, 0, 0, Allow }, { "x64", 135, 0x40000, 0, 0, Eperm },
        { "x64", 133, 0, 0x21b6, 0, Eperm }, { "x64", 133, 0, 0x11b6, 0, Allow }, { "x64", 259, 0, 0, 0x61b6, Eperm }, { "x64", 259, 0, 0, 0x11b6, Allow },
        { "x64", 470, 0, 0, 0, Allow }, { "x64", 471, 0, 0, 0, Enosys }, { "x64", 0x40000000 + 41, 0, 0, 0, Enosys },
        { "arm64", 117, 0, 0, 0, Eperm }, { "arm64", 220, 0x10000011, 0, 0, Eperm }, { "arm64", 220, 0x11, 0, 0, Allow }, { "arm64", 435, 0, 0, 0, Enosys },
        { "arm64", 198, 16, 0, 0, NoFamily }, { "arm64", 198, 1, 0, 0, Allow }, { "arm64", 33, 0, 0, 0x21b6, Eperm }, { "arm64", 29, 0, 0x5412, 0, Eperm },
        { "arm64", 92, 8, 0, 0, Eperm }, { "arm64", 56, 0, 0, 0, Allow }, { "arm64", 40, 0, 0, 0, Eperm }, { "arm64", 999, 0, 0, 0, Enosys },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public void The_filter_decides_by_number_and_arguments(string machine, uint number, ulong first, ulong second, ulong third, uint action)
    {
        SyscallTable table = machine == "x64" ? SyscallTable.X64 : SyscallTable.Arm64;
        Evaluate(SeccompFilter.Write(table), number, table.Architecture, first, second, third).ShouldBe(action);
    }

    [Fact]
    public void A_call_by_the_rules_of_another_architecture_kills()
    {
        const uint x86 = 0x40000003;
        Evaluate(SeccompFilter.Write(SyscallTable.X64), 4, x86, 0, 0, 0).ShouldBe(Kill);
        Evaluate(SeccompFilter.Write(SyscallTable.Arm64), 4, SyscallTable.X64.Architecture, 0, 0, 0).ShouldBe(Kill);
    }

    [Fact]
    public async Task The_kernel_answers_each_denied_call_as_the_table_says()
    {
        SyscallTable table = SyscallTable.OfThisMachine.ShouldNotBeNull();
        // Each with arguments that would fail otherwise too: what counts is that the filter was first.
        IEnumerable<(uint Number, int Error)> expected =
            [.. table.Denied.Select(call => (call.Number, 1)), .. SyscallTable.AnsweredAsMissing.Select(call => (call.Number, 38)), (471, 38), (1000, 38)];
        StringBuilder code = new("import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n");
        foreach ((uint number, int _) in expected)
        {
            code.Append($"print({number}, libc.syscall({number}, -1, -1, -1, -1, -1, -1), ctypes.get_errno())\n");
        }

        using Workbench bench = new();
        ExecutionResult result = await bench.RunAsync(code.ToString());
        result.Text().ShouldBe(string.Concat(expected.Select(call => $"{call.Number} -1 {call.Error}\n")));
    }

    /// <summary>The kernel's classic BPF, as far as the filter uses it.</summary>
    private static uint Evaluate(byte[] program, uint number, uint architecture, params ulong[] arguments)
    {
        byte[] data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        }

        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            ReadOnlySpan<byte> instruction = program.AsSpan(at * 8, 8);
            uint operand = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)operand));
                    break;
                case 0x54:
                    accumulator &= operand;
                    break;
                case 0x15:
                    at += accumulator == operand ? instruction[2] : instruction[3];
                    break;
                case 0x35:
                    at += accumulator >= operand ? instruction[2] : instruction[3];
                    break;
                case 0x45:
                    at += (accumulator & operand) != 0 ? instruction[2] : instruction[3];
                    break;
                case 0x06:
                    return operand;
                default:
                    throw new InvalidOperationException($"An instruction that the kernel would refuse: {Convert.ToHexString(instruction)}");
            }
        }
    }
}
