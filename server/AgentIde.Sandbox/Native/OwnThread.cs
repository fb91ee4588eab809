namespace AgentIde.Sandbox.Native;

/// <summary>Runs something on a thread of its own, which lives until that is done.</summary>
internal static class OwnThread
{
    internal static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return completion.Task;
    }
}
