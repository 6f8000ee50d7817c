using System.CommandLine;

RootCommand command = new("Shows by the thousand that nothing is lost, torn or leaked: kills, hostile files, long life.");
return command.Parse(args).Invoke();
