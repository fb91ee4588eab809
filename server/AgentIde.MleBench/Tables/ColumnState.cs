namespace AgentIde.MleBench.Tables;

/// <summary>What the cells of a column have been so far.</summary>
internal enum ColumnState
{
    /// <summary>There were none.</summary>
    Empty,

    /// <summary>Integers of 32 bits.</summary>
    Small,
    Integer,

    /// <summary>Integers and missing cells.</summary>
    Gaps,
    Number,
    Truth,

    /// <summary>Text from the first cell on; the characters are kept.</summary>
    Text,

    /// <summary>Text after all, once values were kept and no characters: these are read again.</summary>
    Late,

    /// <summary>Of no interest.</summary>
    Skipped,
}
