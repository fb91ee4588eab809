namespace AgentIde.LanguageServer.Lsp.Documents;

internal static class TaskDocument
{
    public static bool Is(Document document) => Path.GetFileName(document.Path) == "task.yaml";

    /// <summary>The line of a task.yaml that the state of its run stands on: that of the metric, else the first.</summary>
    public static int StatusLine(Document document) => LineOf(document, "metric:") ?? 0;

    /// <summary>The line that names what is to be predicted: that of the label, else that of the submission's columns, else the first.</summary>
    public static int LabelLine(Document document) => LineOf(document, "label:") ?? LineOf(document, "submission:") ?? 0;

    /// <summary>The line that names the id: beneath <c>submission:</c> or in it.</summary>
    public static int IdLine(Document document)
    {
        if (LineOf(document, "submission:") is not { } submission)
        {
            return LabelLine(document);
        }

        int line = submission + 1;
        while (line < document.Lines.Length && (document.Lines[line].Length == 0 || document.Lines[line][0] is ' ' or '#'))
        {
            if (document.Lines[line].AsSpan().TrimStart().StartsWith("id:"))
            {
                return line;
            }

            line++;
        }

        return submission;
    }

    private static int? LineOf(Document document, string key)
    {
        for (int line = 0; line < document.Lines.Length; line++)
        {
            if (document.Lines[line].StartsWith(key, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }
}
