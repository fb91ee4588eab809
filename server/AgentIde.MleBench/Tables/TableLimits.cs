namespace AgentIde.MleBench.Tables;

/// <summary>What a table may be at most; beyond it the file is refused before memory is spent on it.</summary>
/// <param name="Bytes">Of the file; of its texts as many are held.</param>
/// <param name="Columns">Of the header.</param>
/// <param name="Cells">Rows times columns: eight bytes of memory for each at most, beside texts.</param>
public sealed record TableLimits(int Bytes, int Columns, int Cells)
{
    public static TableLimits Usual { get; } = new(1 << 30, 20_000, 150_000_000);
}
