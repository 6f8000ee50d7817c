using System.CommandLine;
using Microsoft.ML.AdaMix.Reliability.Endurance;

RootCommand command = new("Shows by the thousand that nothing is lost, torn or leaked: kills, hostile files, long life.")
{
    EnduranceCommand.Create(),
    PartProcess.CreateCommand(),
};
return command.Parse(args).Invoke();
