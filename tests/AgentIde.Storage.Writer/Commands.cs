using System.Globalization;

namespace AgentIde.Storage.Writer;

/// <summary>
/// The commands of a judge, one a line: <c>append N</c> (one append), <c>flow SEED</c> (appends of random size without
/// end, several under way at once), <c>spend SEED TOKENS</c> (a run whose engineer spends up to so many), <c>limit
/// BYTES</c>, <c>unlimit</c>, <c>end</c>.
/// </summary>
internal sealed class Commands(Victim victim)
{
    /// <summary>What can be under way, so what can be written and not acknowledged when a death comes.</summary>
    public const int AppendsUnderWay = 8;
    public const int LargestAppend = 12;

    public async Task RunAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "append":
                    await victim.AppendAsync(int.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "flow":
                    await FlowAsync(ulong.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "spend":
                    await victim.SpendAsync(long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
                    break;
                case "limit":
                    Victim.LimitFiles(ulong.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "unlimit":
                    Victim.LimitFiles(null);
                    break;
                case "end":
                    await victim.EndAsync();
                    return;
                default:
                    throw new ArgumentException($"'{line}' is no command.");
            }
        }
    }

    private async Task FlowAsync(ulong seed)
    {
        Queue<Task> underWay = new();
        for (ulong state = seed; ;)
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            underWay.Enqueue(victim.AppendAsync(1 + (int)((state >> 33) % LargestAppend)));
            if (underWay.Count == AppendsUnderWay)
            {
                await underWay.Dequeue();
            }
        }
    }
}
