using System.Buffers.Binary;

namespace AgentIde.Sandbox.Seccomp;

/// <summary>
/// Writes the filter that the kernel runs on each system call of a candidate: a classic BPF program over
/// <c>struct seccomp_data</c>. It is a list of what is denied, because machine-learning libraries use a wide part of
/// the kernel; what the kernel gains later is denied too. A call made by the rules of another architecture kills.
/// </summary>
internal static class SeccompFilter
{
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    private const ushort Load = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfAnySet = 0x45, Return = 0x06, And = 0x54;
    private const uint Allow = 0x7fff0000, Refuse = 0x00050000, Kill = 0x80000000;
    private const uint NotPermitted = 1, NotImplemented = 38, AddressFamilyNotSupported = 97;

    private const uint SecondAbiBit = 0x40000000;
    private const uint AnyNewNamespace = 0x7E020000;
    private const uint UnixFamily = 1;
    private const uint FakeTerminalInput = 0x5412, ConsoleInput = 0x541C;
    private const uint FileTypeMask = 0xF000, CharacterDevice = 0x2000, BlockDevice = 0x6000;

    /// <summary>The program as bubblewrap's <c>--seccomp</c> reads it: an array of <c>struct sock_filter</c>.</summary>
    internal static byte[] Write(SyscallTable table)
    {
        Program program = new();
        program.Add(Load, ArchitectureOffset);
        program.UnlessEqual(table.Architecture, Kill);
        program.Add(Load, NumberOffset);
        if (table.HasSecondAbi)
        {
            program.IfAtLeast(SecondAbiBit, Refuse | NotImplemented);
        }

        program.IfAtLeast(SyscallTable.Highest + 1, Refuse | NotImplemented);
        foreach ((uint number, _) in SyscallTable.AnsweredAsMissing)
        {
            // The C library then takes the older call, which can be looked into: clone3's flags lie behind a pointer.
            program.IfEqual(number, Refuse | NotImplemented);
        }

        foreach ((uint number, _) in table.Denied)
        {
            program.IfEqual(number, Refuse | NotPermitted);
        }

        program.When(table.CloneProcess, argument: 0, body => body.IfAnySet(AnyNewNamespace, Refuse | NotPermitted));
        foreach (uint number in new[] { table.Socket, table.SocketPair })
        {
            program.When(number, argument: 0, body => body.UnlessEqual(UnixFamily, Refuse | AddressFamilyNotSupported));
        }

        program.When(table.Ioctl, argument: 1, body =>
        {
            body.IfEqual(FakeTerminalInput, Refuse | NotPermitted);
            body.IfEqual(ConsoleInput, Refuse | NotPermitted);
        });
        program.When(table.Personality, argument: 0, body =>
        {
            body.IfEqual(0, Allow);
            body.UnlessEqual(uint.MaxValue, Refuse | NotPermitted);
        });
        foreach ((uint number, string name) in table.DeviceNodes)
        {
            // mknod(path, mode) and mknodat(folder, path, mode).
            int mode = name == "mknod" ? 1 : 2;
            program.When(number, mode, body =>
            {
                body.Add(And, FileTypeMask);
                body.IfEqual(CharacterDevice, Refuse | NotPermitted);
                body.IfEqual(BlockDevice, Refuse | NotPermitted);
            });
        }

        program.Add(Return, Allow);
        return program.ToArray();
    }

    private sealed class Program
    {
        private readonly List<(ushort Code, byte IfTrue, byte IfFalse, uint Operand)> _instructions = [];

        internal void Add(ushort code, uint operand, int ifTrue = 0, int ifFalse = 0) =>
            _instructions.Add((code, checked((byte)ifTrue), checked((byte)ifFalse), operand));

        internal void IfEqual(uint value, uint action) => Decide(JumpIfEqual, value, action);

        internal void IfAtLeast(uint value, uint action) => Decide(JumpIfAtLeast, value, action);

        internal void IfAnySet(uint value, uint action) => Decide(JumpIfAnySet, value, action);

        internal void UnlessEqual(uint value, uint action)
        {
            Add(JumpIfEqual, value, ifTrue: 1);
            Add(Return, action);
        }

        /// <summary>Runs the body on the low half of an argument of one call and allows what the body lets through.</summary>
        internal void When(uint number, int argument, Action<Program> body)
        {
            Program inner = new();
            inner.Add(Load, (uint)(16 + (8 * argument)));
            body(inner);
            inner.Add(Return, Allow);
            Add(JumpIfEqual, number, ifFalse: inner._instructions.Count);
            _instructions.AddRange(inner._instructions);
        }

        internal byte[] ToArray()
        {
            byte[] bytes = new byte[_instructions.Count * 8];
            for (int index = 0; index < _instructions.Count; index++)
            {
                Span<byte> instruction = bytes.AsSpan(index * 8, 8);
                BinaryPrimitives.WriteUInt16LittleEndian(instruction, _instructions[index].Code);
                instruction[2] = _instructions[index].IfTrue;
                instruction[3] = _instructions[index].IfFalse;
                BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], _instructions[index].Operand);
            }

            return bytes;
        }

        private void Decide(ushort jump, uint value, uint action)
        {
            Add(jump, value, ifFalse: 1);
            Add(Return, action);
        }
    }
}
