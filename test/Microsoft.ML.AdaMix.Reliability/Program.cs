using System.CommandLine;
using Microsoft.ML.AdaMix.Reliability.Mutation;

RootCommand command = new("Shows by the thousand that nothing is lost, torn or leaked: kills, hostile files, long life.")
{
    MutationCommand.Create(),
};
return command.Parse(args).Invoke();
