using System.CommandLine;
using Microsoft.ML.AdaMix.GpuCheck;
using Microsoft.ML.AdaMix.GpuCheck.Correctness;
using Microsoft.ML.AdaMix.GpuCheck.Speed;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;

Option<string> device = new("--device")
{
    Description = "cuda, or cpu to try the program on tiny sizes.",
    DefaultValueFactory = _ => "cuda",
};
device.AcceptOnlyFromAmong("cuda", "cpu");
Option<DirectoryInfo> files = new("--files")
{
    Description = "Folder with golden, data and tools/gpu.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "..", "files")),
};
Option<DirectoryInfo> output = new("--out") { Description = "Where the results are written.", Required = true };
Option<bool> quick = new("--quick") { Description = "Fewer and shorter measurements." };
Option<bool> all = new("--all") { Description = "On a CPU too: all claims, not the first of a kind." };
Option<double> seconds = new("--seconds") { Description = "No measurement begins later than this.", DefaultValueFactory = _ => 300 };

RootCommand root = new("Checks training on a GPU: correctness, accuracy, speed.") {
    device, files, output, quick, all, seconds };
root.SetAction(parsed =>
{
    Reference.Files = parsed.GetRequiredValue(files).FullName;
    LibTorch.EnsureLoaded();
    Plan plan = new(
        new torch.Device(parsed.GetRequiredValue(device)), parsed.GetValue(quick), parsed.GetValue(all),
        TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    if (plan.IsTrial)
    {
        torch.set_num_threads(1); // others may be busy on a machine of tests
    }

    using Report report = Open(parsed, ResultTable.Results);
    return CheckRun.Run(plan, report) ? 0 : 1;
});

Command see = new("see", "Loads libtorch and looks for the device.") { device, output };
see.SetAction(parsed =>
{
    using Report report = Open(parsed, ResultTable.Loading);
    return LoadingChecks.Run(parsed.GetRequiredValue(device), report) ? 0 : 1;
});
root.Add(see);

Argument<FileInfo> texts = new("texts");
Argument<FileInfo> tokens = new("tokens");
Command ids = new("ids", "Writes the texts of a tab-separated file as token ids.") { texts, tokens };
ids.SetAction(parsed => TokenFile.Write(parsed.GetRequiredValue(texts).FullName, parsed.GetRequiredValue(tokens).FullName));
root.Add(ids);

Command table = new("table", "Joins the results and the peers' in one table.") { output };
table.SetAction(parsed => ResultTable.Write(parsed.GetRequiredValue(output).FullName) ? 0 : 1);
root.Add(table);
return root.Parse(args).Invoke();

Report Open(ParseResult parsed, string file)
{
    string folder = parsed.GetRequiredValue(output).FullName;
    Directory.CreateDirectory(folder);
    return new Report(Path.Combine(folder, file));
}
