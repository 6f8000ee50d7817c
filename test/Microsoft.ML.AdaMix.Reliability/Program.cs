using System.CommandLine;
using Microsoft.ML.AdaMix.Reliability.Endurance;
using Microsoft.ML.AdaMix.Reliability.Kills;
using Microsoft.ML.AdaMix.Reliability.Mutation;
using Microsoft.ML.AdaMix.Reliability.Samples;

if (args is [ChildProcess.Command, var kind, var folder])
{
    KillsCommand.Work(kind, folder);
    return 0;
}

RootCommand command = new("Shows by the thousand that nothing is lost, torn or leaked: kills, hostile files, long life.")
{
    KillsCommand.Create(),
    MutationCommand.Create(),
    EnduranceCommand.Create(),
    PartProcess.CreateCommand(),
    KeptModels.CreateCommand(),
};
return command.Parse(args).Invoke();
