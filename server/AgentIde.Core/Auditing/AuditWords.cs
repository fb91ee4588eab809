namespace AgentIde.Core.Auditing;

/// <summary>What each kind of finding is called, what it means and what to do about it. For people, one line each.</summary>
public static class AuditWords
{
    public static string Title(AuditKind kind) => Of(kind).Title;

    public static string Meaning(AuditKind kind) => Of(kind).Meaning;

    public static string Remedy(AuditKind kind) => Of(kind).Remedy;

    private static (string Title, string Meaning, string Remedy) Of(AuditKind kind) => kind switch
    {
        AuditKind.Claim => ("claim", "What the program says of itself counts for nothing; its own validation may leak, or it may print what it likes.", "Go by the graded score, and look at how it validates."),
        AuditKind.Leak => ("leak", "A score that rests on the column is not to be had where the column is not known beforehand.", "Leave the column out of the task's files, or the node out: agentide reject RUN NODE."),
        AuditKind.Answers => ("answers", "Predictions that stand in a program are none; they fit the rows they were made for and no others.", "Look at the lines; leave the node out unless the numbers are settings: agentide reject RUN NODE."),
        AuditKind.Probing => ("probing", "With many nearly equal tries the best one is the luckiest: its score is better than it is worth.", "Go by a fresh split (agentide audit RUN --run) or by the private score."),
        AuditKind.Transductive => ("transductive", "Predictions that need the other rows of test are of no use for a row that comes alone, and the score counts on the file it was made on.", "Fit on train alone where rows will come one by one; --run tells what it does to the score."),
        AuditKind.RowOrder => ("row order", "Ids and the order of rows are drawn anew for each split: what is learnt from them is chance.", "Take the id and the order out of the features."),
        AuditKind.Constant => ("constant", "A constant is what the sample submission holds: it has learnt nothing of the rows.", "Take it as the score that any model must beat."),
        AuditKind.Metric => ("metric", "What a program computes about itself after this says nothing, claims included.", "Go by the graded score; leave the node out unless the lines have another use."),
        AuditKind.LateWrite => ("late write", "Whatever it starts is killed with it before the submission is read, so it changes no score; nothing honest needs it.", "Look at what it starts, and don't run the program outside of a sandbox."),
        AuditKind.State => ("state", "Each execution begins with an empty folder, so nothing is handed on; a score that were to rest on it could not be had again.", "Look at what it keeps and where."),
        AuditKind.Outside => ("outside", "In the sandbox there is nothing to be had there; outside of it the program would take what it finds.", "Look at the lines before the program is run anywhere else."),
        AuditKind.Hidden => ("hidden", "Nobody can say what the program does, nor what data it brings along.", "Have it written openly, or leave the node out: agentide reject RUN NODE."),
        AuditKind.Output => ("output", "Only a regular file is taken, once, after the end of the program.", "Have it write submission.csv and nothing else."),
        AuditKind.Condition => ("condition", "It may do one thing where it is scored and another where it is used.", "Look at both branches; compare the refit with the blind submission."),
        AuditKind.TooGood => ("too good", "Such a score is had by a leak or by answers, or by the one idea that the task is made of.", "Find out which: read its program, and compare the private score or a fresh split (--run)."),
        AuditKind.Gap => ("gap", "What was gained on the holdout was fitted to its rows.", "Go by the other score."),
        _ => ("varies", "It draws random numbers without a seed, or depends on its surroundings: its score can't be had again.", "Have it fix its seeds: agentide replay RUN --verify names likely causes."),
    };
}
