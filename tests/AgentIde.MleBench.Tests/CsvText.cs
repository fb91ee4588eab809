using System.Text;

namespace AgentIde.MleBench.Tests;

/// <summary>The lines of a CSV file, where a line may go on within quotes.</summary>
internal static class CsvText
{
    public static List<string> Records(string text)
    {
        List<string> records = [];
        StringBuilder record = new();
        bool quoted = false;
        foreach (char character in text)
        {
            quoted ^= character == '"';
            if (character == '\n' && !quoted)
            {
                records.Add(record.ToString());
                record.Clear();
            }
            else
            {
                record.Append(character);
            }
        }

        if (record.Length > 0)
        {
            records.Add(record.ToString());
        }

        return records;
    }
}
