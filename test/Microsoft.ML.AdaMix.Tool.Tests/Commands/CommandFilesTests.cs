using System.Runtime.Versioning;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class CommandFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _rows;

    public CommandFilesTests()
    {
        UnixNames.Require();
        _rows = _folder.Write("rows.tsv", Texts.Tsv(4));
        _folder.Write("model.zip", "a model");
        _folder.Write("encoder/config.json", "{}");
        _folder.Write("encoder/model.safetensors", "weights");
        _folder.Write("set/train.tsv", Texts.Tsv(4));
        File.CreateSymbolicLink(_folder.At("link.tsv"), "rows.tsv");
        Directory.CreateSymbolicLink(_folder.At("dirlink"), ".");
        UnixNames.HardLink(_rows, _folder.At("second.tsv"));
        UnixNames.HardLink(_folder.At("set/train.tsv"), Path.Combine(_folder.At("set"), "results.jsonl"));
    }

    [TestMethod]
    [DataRow("plot.svg")]
    [DataRow("plot.jpg")]
    [DataRow("rows.txt")]
    [DataRow("plot")]
    [DataRow("-")]
    public async Task A_diagram_whose_name_does_not_end_with_png_is_refused_before_the_work(string path)
    {
        Said said = await Run($"evaluate --model model.zip --data rows.tsv --reliability {path}");
        Assert.AreEqual(2, said.Code);
        Assert.Contains($"--reliability is '{(path == "-" ? path : _folder.At(path))}'; expected a name that ends with .png", said.Error);
        Assert.IsFalse(File.Exists(_folder.At(path)));
    }

    [TestMethod]
    [DataRow("predict --model model.zip --data rows.tsv --output rows.tsv", "--output", "--data")]
    [DataRow("predict --model model.zip --data rows.tsv --output set/../rows.tsv", "--output", "--data")]
    [DataRow("predict --model model.zip --data rows.tsv --output link.tsv", "--output", "--data")]
    [DataRow("predict --model model.zip --data link.tsv --output second.tsv", "--output", "--data")]
    [DataRow("predict --model model.zip --data rows.tsv --output dirlink/dirlink/model.zip", "--output", "--model")]
    [DataRow("predict --model model.zip --encoder encoder --data rows.tsv --output encoder/config.json", "--output", "--encoder")]
    [DataRow("evaluate --model model.zip --data rows.tsv --reliability second.tsv", "--reliability", "--data")]
    [DataRow("train --train rows.tsv --save rows.tsv", "--save", "--train")]
    [DataRow("train --train rows.tsv --save second.tsv", "--save", "--train")]
    [DataRow("train --train set/train.tsv --test rows.tsv --save link.tsv", "--save", "--test")]
    [DataRow("train --train set/train.tsv --validation rows.tsv --save-mixture second.tsv", "--save-mixture", "--validation")]
    [DataRow("train --train rows.tsv --encoder encoder --save encoder/model.safetensors", "--save", "--encoder")]
    [DataRow("train --train rows.tsv --save new --save-mixture dirlink/new", "--save", "--save-mixture")]
    [DataRow("train --train rows.tsv --save new/model.zip --save-mixture new", "--save", "--save-mixture")]
    [DataRow("export model.zip --out model.zip --force", "--out", "model")]
    [DataRow("export model.zip --encoder encoder --out dirlink/encoder --force", "--out", "--encoder")]
    [DataRow("compare --data set --out set", "--out", "--data")]
    [DataRow("ablate table8 --data set --out dirlink/set", "--out", "--data")]
    [DataRow("compare --data set --encoder encoder --out encoder", "--out", "--encoder")]
    [DataRow("compare --data other --train-file ../set/train.tsv --out set", "--out", "--data")]
    public async Task An_output_that_is_an_input_or_another_output_is_refused_and_nothing_changes(string line, string output, string other)
    {
        Dictionary<string, string> before = Contents();

        Said said = await Run(line);

        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, $"{output} '", StringComparison.Ordinal);
        StringAssert.Contains(said.Error, $"{other} '", StringComparison.Ordinal);
        StringAssert.Contains(said.Error, "would be lost", StringComparison.Ordinal);
        CollectionAssert.AreEquivalent(before, Contents());
    }

    [TestMethod]
    [DataRow("train", "--train", "rows", "--save", "")]
    [DataRow("predict", "--model", "model.zip", "--output", "")]
    [DataRow("export", "model.zip", "--out", " ")]
    public async Task An_empty_path_is_named_by_its_option(params string[] line) =>
        StringAssert.Contains((await Tool.Run(line)).Error, $"{line[^2]} is empty", StringComparison.Ordinal);

    [TestMethod]
    public async Task Rows_that_are_led_into_standard_input_are_not_written_over()
    {
        Said said = await Shell($"{Tool.Line} predict --model model.zip --output link.tsv < rows.tsv");

        StringAssert.Contains(said.Error, "--output 'link.tsv' is the same as standard input", StringComparison.Ordinal);
        Assert.AreEqual(Texts.Tsv(4), File.ReadAllText(_rows));
    }

    [TestMethod]
    public async Task Predictions_are_not_added_to_the_file_that_is_read()
    {
        Said said = await Shell($"{Tool.Line} predict --model model.zip --data rows.tsv >> rows.tsv");

        StringAssert.Contains(said.Error, "standard output is the same as --data 'rows.tsv'", StringComparison.Ordinal);
        Assert.AreEqual(Texts.Tsv(4), File.ReadAllText(_rows));
    }

    [TestMethod]
    [DataRow("--save set", "is a folder")]
    [DataRow("--save closed/model.zip", "read-only (mode 555)")]
    [DataRow("--save closed/new/model.zip", "read-only (mode 555)")]
    [DataRow("--save locked.zip", "read-only (mode 444)")]
    [DataRow("--save rows.tsv/model.zip", "is a file")]
    [DataRow("--save-mixture set", "is a folder")]
    [DataRow("--save-mixture closed/mixture", "read-only (mode 555)")]
    public async Task What_a_training_cannot_save_is_said_before_anything_is_read(string options, string expected)
    {
        File.SetUnixFileMode(_folder.Write("locked.zip", "old"), (UnixFileMode)Convert.ToInt32("444", 8));
        Directory.CreateDirectory(_folder.At("closed"));
        File.SetUnixFileMode(_folder.At("closed"), (UnixFileMode)Convert.ToInt32("555", 8));

        Said said = await Run($"train --train missing.tsv {options}");

        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, expected, StringComparison.Ordinal);
        StringAssert.StartsWith(said.Error, $"{options.Split(' ')[0]} cannot be written: ", StringComparison.Ordinal);
        Assert.AreEqual("old", File.ReadAllText(_folder.At("locked.zip")));
        File.SetUnixFileMode(_folder.At("closed"), (UnixFileMode)Convert.ToInt32("755", 8));
    }

    [TestMethod]
    public async Task A_training_that_is_refused_leaves_no_folder_behind()
    {
        Said said = await Run("train --train missing.tsv --save far/away/model.zip --save-mixture near/mixture");

        StringAssert.Contains(said.Error, "missing.tsv", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(_folder.At("far")) || Directory.Exists(_folder.At("near")));
    }

    [TestMethod]
    [DataRow("train --train missing.tsv --save new.zip")]
    [DataRow("evaluate --model model.zip --data missing.tsv")]
    [DataRow("predict --model model.zip --data missing.tsv")]
    [DataRow("export model.zip --out onnx")]
    public async Task A_temporary_folder_that_ML_NET_cannot_use_is_said_first(string line)
    {
        Said said = await Shell($"TMPDIR=rows.tsv {Tool.Line} {line}");

        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "TMPDIR", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_study_is_refused_first_where_its_folder_or_one_of_its_files_cannot_be_written()
    {
        string[] study = ["compare", "--data", _folder.At("missing"), "--out"];
        StringAssert.Contains((await Tool.Run([.. study, _rows])).Error, "is a file", StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.At("study"));
        foreach (string name in (string[])["results.jsonl", "compare.md", "compare-set.png"])
        {
            File.SetUnixFileMode(_folder.Write($"study/{name}", ""), UnixFileMode.UserRead);
            StringAssert.Contains((await Tool.Run([.. study, _folder.At("study")])).Error, name, StringComparison.Ordinal);
            File.Delete(_folder.At($"study/{name}"));
        }

        _folder.Write("study/mixtures", "");
        StringAssert.Contains((await Tool.Run([.. study, _folder.At("study")])).Error, "mixtures' is a file", StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // The paths of a line are below the folder, and messages name them as they are given.
    private Task<Said> Run(string line) => Tool.Run([.. line.Split(' ').Select(
        word => word.StartsWith('-') || word is "table8" or "train" or "evaluate" or "predict" or "export" or "compare" or "ablate" ? word
            : word == "../set/train.tsv" ? word : _folder.At(word))]);

    private Task<Said> Shell(string line) => Tool.Shell(_folder.Path, line);

    private Dictionary<string, string> Contents() => Directory.EnumerateFiles(_folder.Path, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    }).ToDictionary(file => file, File.ReadAllText);
}
