namespace AgentIde.Tasks.Folders;

/// <summary>The kinds of split that a task may ask for.</summary>
public enum SplitRule
{
    /// <summary>As test seems to relate to train.</summary>
    Auto,
    Random,
    Stratified,
    Group,
    Time,
    /// <summary>Into folds, each of which is held out once.</summary>
    Folds,
}
