using AgentIde.Sandbox.Owner;

// A process that owns running executions, for tests to kill: it says "running" when its candidates are.
switch (args)
{
    case ["docker", var host, var input]:
        await DockerOwner.HoldAsync(host, input);
        return 0;
    case ["slurm", var shared, var node, var configuration, var input]:
        await SlurmOwner.HoldAsync(shared, node, configuration, input);
        return 0;
    default:
        Console.Error.WriteLine("Usage: owner docker HOST INPUT | owner slurm SHARED NODE CONFIGURATION INPUT");
        return 2;
}
