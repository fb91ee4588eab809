using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Uniform draws that only the salt's owner can repeat: AES-256 in counter mode under a key of the salt and a
/// purpose. The same salt and purpose give the same draws on every machine.
/// </summary>
internal sealed class KeyedDraws : IDisposable
{
    private const int BlockSize = 16;

    private readonly Aes _cipher = Aes.Create();
    private readonly byte[] _counters = new byte[256 * BlockSize];
    private readonly byte[] _bytes = new byte[256 * BlockSize];
    private ulong _counter;
    private int _next;

    public KeyedDraws(ReadOnlySpan<byte> salt, string purpose)
    {
        _cipher.Key = HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(purpose));
        _next = _bytes.Length;
    }

    /// <summary>Numbers 0 … count − 1 in an order of which all are equally likely (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        Shuffle(numbers);
        return numbers;
    }

    public void Shuffle(Span<int> numbers)
    {
        for (int last = numbers.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (numbers[last], numbers[other]) = (numbers[other], numbers[last]);
        }
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>Uniform on 0 … bound − 1, without the bias of a remainder (Lemire, ACM TOMACS 29, 2019).</summary>
    private int Below(int bound)
    {
        ulong high = Math.BigMul(NextWord(), (ulong)bound, out ulong low);
        if (low < (ulong)bound)
        {
            ulong reject = (0 - (ulong)bound) % (ulong)bound;
            while (low < reject)
            {
                high = Math.BigMul(NextWord(), (ulong)bound, out low);
            }
        }

        return (int)high;
    }

    private ulong NextWord()
    {
        if (_next == _bytes.Length)
        {
            for (int block = 0; block < _counters.Length; block += BlockSize)
            {
                BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(block + 8), _counter++);
            }

            // Single blocks are what counter mode is made of: no block comes twice, so this shows no pattern.
            _cipher.EncryptEcb(_counters, _bytes, PaddingMode.None);
            _next = 0;
        }

        ulong word = BinaryPrimitives.ReadUInt64BigEndian(_bytes.AsSpan(_next));
        _next += sizeof(ulong);
        return word;
    }
}
