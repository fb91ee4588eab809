using System.Text;

namespace AgentIde.Models.Prompts;

/// <summary>Sizes of texts in tokens, without a tokenizer.</summary>
public static class Tokens
{
    internal const int BytesOfOne = 3;

    /// <summary>Bytes of UTF-8 over three, rounded up: above what the usual tokenizers make of prose and code, whose tokens have three to four bytes and more.</summary>
    public static int Bound(string text) => (Encoding.UTF8.GetByteCount(text) + BytesOfOne - 1) / BytesOfOne;
}
