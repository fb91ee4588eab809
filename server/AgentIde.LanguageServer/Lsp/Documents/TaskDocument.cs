namespace AgentIde.LanguageServer.Lsp.Documents;

internal static class TaskDocument
{
    /// <summary>The line of a task.yaml that the state of its run stands on: that of the metric, else the first.</summary>
    public static int StatusLine(Document document)
    {
        for (int line = 0; line < document.Lines.Length; line++)
        {
            if (document.Lines[line].StartsWith("metric:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return 0;
    }
}
