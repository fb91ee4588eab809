using System.Collections.Immutable;
using System.Text;

namespace AgentIde.Models.Prompts;

/// <summary>A part of a prompt that can be made shorter.</summary>
/// <param name="text">The part with at most that many bytes of content; empty where it has nothing to say.</param>
/// <param name="size">Bytes of content at first.</param>
/// <param name="floor">Bytes that are left to it while other parts can still give.</param>
internal sealed class PromptPart(Func<int, string> text, int size, int floor)
{
    /// <summary>For what the content stands in: a heading, the marks, the note on what was left out.</summary>
    private const int Frame = 200;

    public int Floor { get; } = floor;

    public string Text { get; private set; } = text(size);

    public bool IsCut { get; private set; }

    private int Bytes => Encoding.UTF8.GetByteCount(Text);

    /// <summary>Cuts parts, the first ones first, until they fit; each down to its floor, then once more to a quarter of it.</summary>
    /// <param name="most">Bytes of all parts together.</param>
    /// <returns>Whether they fit.</returns>
    public static bool Fit(ImmutableArray<PromptPart> parts, int most)
    {
        foreach (int share in (ReadOnlySpan<int>)[1, 4])
        {
            foreach (PromptPart part in parts)
            {
                int over = parts.Sum(other => other.Bytes) - most;
                if (over <= 0)
                {
                    return true;
                }

                part.Shorten(over, part.Floor / share);
            }
        }

        return parts.Sum(part => part.Bytes) <= most;
    }

    private void Shorten(int over, int floor)
    {
        int wanted = Math.Max(floor, Bytes - over - Frame);
        if (Bytes > 0 && wanted < Bytes)
        {
            string shorter = text(wanted);
            IsCut |= shorter.Length < Text.Length;
            Text = shorter;
        }
    }
}
