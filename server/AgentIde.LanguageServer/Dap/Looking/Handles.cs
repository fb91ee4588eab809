using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>
/// Numbers that stand for things for the length of one stop. Each is from 1 to 2³¹ − 1 and is not given a second time
/// before all others were, so that a number of an earlier stop means nothing rather than something else.
/// </summary>
internal sealed class Handles<T>(string what) where T : class
{
    private readonly Dictionary<int, T> _live = [];
    private int _last;

    public int Add(T thing)
    {
        do
        {
            _last = _last == int.MaxValue ? 1 : _last + 1;
        }
        while (_live.ContainsKey(_last));
        _live[_last] = thing;
        return _last;
    }

    /// <exception cref="RequestFailedException">It is of an earlier stop.</exception>
    public T Find(int handle) => _live.TryGetValue(handle, out T? thing) ? thing : throw new RequestFailedException($"This {what} is of an earlier stop: it is gone.");

    public void Clear() => _live.Clear();
}
