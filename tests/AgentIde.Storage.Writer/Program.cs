using AgentIde.Storage.Writer;

// The victim of the tests that kill: it owns a run, writes sample events into it and says what was acknowledged.
// Arguments: WORKSPACE RUN|new [--stop-at POINT:COUNT] [--lie]; commands come on standard input (see Commands).
Victim victim = await Victim.StartAsync(args);
await new Commands(victim).RunAsync(Console.In);
