namespace AgentIde.Sandbox;

/// <summary>How Python candidates are started.</summary>
public enum PythonStart
{
    /// <summary>Warm where many executions share an input folder; the first over it is cold, while a warm Python loads its libraries.</summary>
    WhenWarm,

    /// <summary>Each on its own.</summary>
    Cold,

    /// <summary>Never before a warm Python is there; an error where there can't be one.</summary>
    Warm,
}
