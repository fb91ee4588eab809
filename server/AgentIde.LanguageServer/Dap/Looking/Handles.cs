using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>
/// Numbers that stand for things for the length of one stop, and of the next: a client may ask about one that it was just given
/// when the session has moved. Each is from 1 to 2³¹ − 1 and is not given a second time before all others were, so that a
/// number of an earlier stop means nothing rather than something else.
/// </summary>
internal sealed class Handles<T>(string what) where T : class
{
    private Dictionary<int, T> _live = [];
    private Dictionary<int, T> _before = [];
    private int _last;

    public int Add(T thing)
    {
        do
        {
            _last = _last == int.MaxValue ? 1 : _last + 1;
        }
        while (_live.ContainsKey(_last) || _before.ContainsKey(_last));
        _live[_last] = thing;
        return _last;
    }

    /// <exception cref="RequestFailedException">It is of an earlier stop.</exception>
    public T Find(int handle) => FindOrNull(handle) ?? throw new RequestFailedException($"This {what} is of an earlier stop: it is gone.");

    /// <summary>Null where it is of a stop before the last one.</summary>
    public T? FindOrNull(int handle) => _live.GetValueOrDefault(handle) ?? _before.GetValueOrDefault(handle);

    /// <summary>The session has moved.</summary>
    public void Turn()
    {
        _before = _live;
        _live = [];
    }
}
