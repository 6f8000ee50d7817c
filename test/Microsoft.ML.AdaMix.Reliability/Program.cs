using System.CommandLine;
using Microsoft.ML.AdaMix.Reliability.Endurance;
using Microsoft.ML.AdaMix.Reliability.Samples;

RootCommand command = new("Shows by the thousand that nothing is lost, torn or leaked: kills, hostile files, long life.")
{
    EnduranceCommand.Create(),
    PartProcess.CreateCommand(),
    KeptModels.CreateCommand(),
};
return command.Parse(args).Invoke();
