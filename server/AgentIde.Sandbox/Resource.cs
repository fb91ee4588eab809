namespace AgentIde.Sandbox;

/// <summary>Programs that are part of this build.</summary>
internal static class Resource
{
    internal static string Text(string name)
    {
        using Stream stream = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not part of this build.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
