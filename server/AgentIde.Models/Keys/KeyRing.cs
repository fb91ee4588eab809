namespace AgentIde.Models.Keys;

/// <summary>
/// Gives each key to one origin and to no other. <c>OPENAI_API_KEY</c> and <c>ANTHROPIC_API_KEY</c> belong to those
/// providers' own addresses; <c>AGENTIDE_API_KEY</c> to the first other origin that asks for one.
/// </summary>
public sealed class KeyRing
{
    public const string OtherVariable = "AGENTIDE_API_KEY";

    private readonly Dictionary<Origin, (Secret? Key, string Variable)> _own;
    private readonly Secret? _other;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _problems = [];
    private Origin? _otherOrigin;

    /// <param name="own">The key of each provider's own origin, and the variable that it comes from.</param>
    /// <param name="other">The key for one origin besides those.</param>
    public KeyRing(IEnumerable<(Origin Origin, string Variable, Secret? Key)> own, Secret? other)
    {
        _own = own.ToDictionary(entry => entry.Origin, entry => (entry.Key, entry.Variable));
        _other = other;
    }

    /// <summary>All keys there are, for a <see cref="Redactor"/>.</summary>
    public IEnumerable<Secret> Secrets => _own.Values.Select(entry => entry.Key).Append(_other).OfType<Secret>();

    /// <summary>To whom the key for others went; null where there is none or nobody asked for it.</summary>
    public Origin? HolderOfOther
    {
        get
        {
            lock (_lock)
            {
                return _other is null ? null : _otherOrigin;
            }
        }
    }

    /// <param name="read">Reads a variable of the environment; the workspace has no say in it.</param>
    /// <remarks>A variable that holds what cannot be a key is told when its key is asked for: nobody else needs it.</remarks>
    public static KeyRing FromEnvironment(Func<string, string?> read)
    {
        Dictionary<string, string> problems = [];
        KeyRing ring = new(
            [.. ProviderAddress.All.Select(address => (Origin.Of(address.Default), address.KeyVariable, Read(read, address.KeyVariable, problems)))],
            Read(read, OtherVariable, problems));
        foreach ((string variable, string problem) in problems)
        {
            ring._problems.Add(variable, problem);
        }
        return ring;
    }

    /// <summary>The variable that holds the key of this origin.</summary>
    public string VariableFor(Origin origin) => _own.TryGetValue(origin, out (Secret? Key, string Variable) entry) ? entry.Variable : OtherVariable;

    /// <returns>Null where there is no key for it.</returns>
    /// <exception cref="ArgumentException">Its variable holds what cannot be a key; the message names the variable, not its value.</exception>
    public Secret? For(Origin origin)
    {
        if (_problems.TryGetValue(VariableFor(origin), out string? problem))
        {
            throw new ArgumentException(problem);
        }
        if (_own.TryGetValue(origin, out (Secret? Key, string Variable) entry))
        {
            return entry.Key;
        }
        lock (_lock)
        {
            _otherOrigin ??= origin;
            return _otherOrigin == origin ? _other : null;
        }
    }

    private static Secret? Read(Func<string, string?> read, string variable, Dictionary<string, string> problems)
    {
        string? value = read(variable);
        try
        {
            return string.IsNullOrWhiteSpace(value) ? null : new Secret(value);
        }
        catch (ArgumentException problem)
        {
            problems[variable] = $"{variable} does not hold a key. {problem.Message}";
            return null;
        }
    }
}
