using AgentIde.Sandbox;

// Started by Slurm on a node, never by people.
if (args is not [var folder])
{
    Console.Error.WriteLine("agentide-node FOLDER: executes the job that is described in the folder, on the node of a Slurm cluster.");
    return 2;
}

return await SlurmNode.RunAsync(folder);
