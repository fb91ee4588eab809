using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace AgentIde.MleBench.Tables;

/// <summary>Runs of decimal digits: eight at a time while there are eight, then one by one.</summary>
internal static class Digits
{
    /// <summary>
    /// Appends the digits that stand there to those before, and goes on to what is no digit. Exact up to nineteen digits
    /// in all.
    /// </summary>
    /// <param name="bytes">What is no digit comes at least eight bytes before the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(byte[] bytes, ref int at, ulong before)
    {
        // Where a run ends is left to the prediction of branches: to work it out from the bytes would make each cell wait for the one before.
        ulong eight;
        while ((((eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at, 8)) ^ 0x3030303030303030) + 0x7676767676767676 | eight) & 0x8080808080808080) == 0)
        {
            before = unchecked((before * 100_000_000) + Number(eight));
            at += 8;
        }

        uint digit;
        while ((digit = bytes[at] - (uint)'0') <= 9)
        {
            before = unchecked((before * 10) + digit);
            at++;
        }

        return before;
    }

    /// <summary>Of eight digits, the first in the lowest byte: pairs, then fours, then all.</summary>
    private static ulong Number(ulong digits)
    {
        digits = unchecked((digits * 10) + (digits >> 8));
        return unchecked((((digits & 0x000000FF000000FF) * 0x000F424000000064) + (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32);
    }
}
