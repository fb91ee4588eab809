namespace AgentIde.Tasks.Csv;

/// <summary>What a CSV file may cost at most. A hostile file is refused at the first limit it reaches, with its line.</summary>
/// <param name="Bytes">After inflation.</param>
/// <param name="Rows">Data rows, the header not counted.</param>
/// <param name="RecordCharacters">Of one record, so also of one field and of a quote that is never closed.</param>
internal sealed record CsvLimits(long Bytes, int Rows, int Columns, int RecordCharacters)
{
    /// <summary>Of one record, before it is told which column is too many: beyond it that would take too long.</summary>
    public int RecordFields => Math.Max(Columns, 20_000);

    /// <summary>For the files of a task: its owner's own, but still not worth the machine.</summary>
    public static CsvLimits Task { get; } = new(4L << 30, 50_000_000, 20_000, 16 << 20);

    /// <summary>For a submission, from what a sound one can need.</summary>
    /// <param name="isOfCells">Whether a cell may be a text, such as a list of boxes, where else it is a number or a class.</param>
    public static CsvLimits Submission(int rows, int columns, bool isOfCells) =>
        new(Math.Min((1L << 20) + (rows * (64L + ((isOfCells ? 8_192L : 40L) * columns))), (isOfCells ? 256L : 512L) << 20), rows + 1, columns + 1, 1 << 20);
}
