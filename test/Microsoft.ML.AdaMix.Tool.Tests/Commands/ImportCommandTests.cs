using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Tool.Commands;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Models => Path.Combine(Testing.Reference.Repository, "test", "models");

    private static string Encoder => Path.Combine(Models, "encoder");

    [TestMethod]
    public async Task A_model_that_was_exported_and_imported_predicts_the_same()
    {
        string model = Path.Combine(Models, "model-0x00010004.zip");
        string texts = _folder.Write("texts.txt", "a small furry mammal\na dish of rice\n\n");
        await Tool.Succeed("export", model, "--out", _folder.At("adapter"), "--format", "adapters");

        Said said = await Tool.Succeed("import", _folder.At("adapter"), "--encoder", Encoder, "--save", _folder.At("back.zip"), "--json");

        Assert.Contains(" x adapter;", said.Error);
        Assert.AreEqual("multiclass", said.Json.GetProperty("task").GetString());
        Assert.AreEqual("animal", said.Json.GetProperty("labels")[0].GetString());
        await Tool.Succeed("export", _folder.At("back.zip"), "--out", _folder.At("again"), "--format", "adapters");
        await Tool.Succeed("import", _folder.At("again"), "--encoder", Encoder, "--save", _folder.At("again.zip"));
        Assert.AreEqual(
            (await Tool.Succeed("predict", "--model", _folder.At("back.zip"), "--data", texts, "--scores")).Output,
            (await Tool.Succeed("predict", "--model", _folder.At("again.zip"), "--data", texts, "--scores")).Output);
        string rows = _folder.Write("rows.tsv", "label\ttext\nanimal\ta small furry mammal\nfood\ta dish of rice\n");
        await Tool.Succeed("evaluate", "--model", _folder.At("back.zip"), "--data", rows);
        Said refused = await Tool.Run("export", _folder.At("back.zip"), "--out", _folder.At("peft"), "--format", "peft");
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("peft has LoRA", refused.Error);
        Assert.IsFalse(Directory.Exists(_folder.At("peft")));
    }

    [TestMethod]
    public async Task Labels_in_another_order_are_warned_of_and_files_that_contradict_each_other_refused()
    {
        string adapter = _folder.At("adapter");
        await Tool.Succeed("export", Path.Combine(Models, "model-0x00010004.zip"), "--out", adapter, "--format", "adapters");
        string head = Path.Combine(adapter, "head_config.json");
        JsonObject config = JsonNode.Parse(await File.ReadAllTextAsync(head))!.AsObject();
        JsonObject ids = config["config"]!["label2id"]!.AsObject();
        string[] labels = [.. ids.OrderBy(label => (int)label.Value!).Select(label => label.Key)];
        string[] command = ["import", adapter, "--encoder", Encoder, "--save", _folder.At("back.zip")];
        Assert.DoesNotContain("another order", (await Tool.Succeed([.. command, "--labels", string.Join(',', labels)])).Error);
        Said other = await Tool.Succeed([.. command, "--labels", string.Join(',', labels.Reverse())]);
        Assert.Contains($"the same in another order, '{labels[^1]}', ", other.Error);

        config["config"]!["label2id"] = new JsonObject(labels.Reverse().Select(
            (label, id) => KeyValuePair.Create(label, (JsonNode?)JsonValue.Create(id))));
        await File.WriteAllTextAsync(head, config.ToJsonString());
        Said refused = await Tool.Run(command);
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("one of them was changed", refused.Error);
        Assert.Contains("(--labels)", refused.Error);
        File.Delete(Path.Combine(adapter, "adamix.json"));
        await Tool.Succeed(command);

        Said file = await Tool.Run("import", Path.Combine(adapter, "adapter.safetensors"), "--save", _folder.At("back.zip"));
        Assert.AreEqual(2, file.Code);
        Assert.Contains("Import the folder", file.Error);
    }

    [TestMethod]
    public async Task A_file_of_experts_becomes_a_model_and_a_mixture()
    {
        string file = Experts();
        Said said = await Tool.Succeed(
            "import", file, "--encoder", Encoder, "--labels", "up,down", "--max-length", "20", "--save", _folder.At("model.zip"),
            "--save-mixture", _folder.At("experts.safetensors"), "--json");

        Assert.AreEqual(20, said.Json.GetProperty("maxLength").GetInt32());
        Assert.IsGreaterThan(1, said.Json.GetProperty("experts").GetInt32());
        await Tool.Succeed("info", _folder.At("experts.safetensors"));
        await Tool.Succeed("import", file, "--encoder", Encoder, "--expert", "1", "--save", _folder.At("one.zip"), "--without-encoder");
        await Tool.Succeed("import", file, "--encoder", Encoder, "--route", "7", "--pairs", "--save", _folder.At("route.zip"));
        Said refused = await Tool.Run("import", file, "--encoder", Encoder, "--expert", "9", "--save", _folder.At("never.zip"));
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("--expert is 9", refused.Error);
        Assert.IsFalse(File.Exists(_folder.At("never.zip")));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Where_the_model_cannot_be_saved_its_experts_are_not_there_either()
    {
        string experts = _folder.Write("experts.safetensors", "old");

        Said said = await Tool.Run(
            "import", Experts(), "--encoder", Encoder, "--save", "/dev/full", "--save-mixture", experts);

        Assert.AreEqual(1, said.Code);
        Assert.AreEqual("old", await File.ReadAllTextAsync(experts));
        Assert.HasCount(2, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public async Task Options_that_do_not_fit_are_named()
    {
        string file = Experts();
        await Tool.Succeed(
            "export", Path.Combine(Models, "model-0x00010004.zip"), "--out", _folder.At("adapter"), "--format", "adapters");
        Said said = await Tool.Run("import", file, "--save", _folder.At("x.zip"));
        Assert.AreEqual(2, said.Code);
        Assert.Contains("--encoder", said.Error);
        said = await Tool.Run("import", _folder.At("adapter"), "--encoder", Encoder, "--expert", "1", "--save", _folder.At("x.zip"));
        Assert.AreEqual(2, said.Code);
        said = await Tool.Run("import", file, "--encoder", Encoder, "--expert", "1", "--route", "1", "--save", _folder.At("x.zip"));
        Assert.AreEqual(2, said.Code);
        said = await Tool.Run("import", _folder.At("nowhere"), "--save", _folder.At("x.zip"));
        Assert.AreEqual(1, said.Code);
        Assert.Contains("nowhere", said.Error);
        Assert.Contains("not fetched", said.Error);
        said = await Tool.Run("import", Path.Combine(Models, "model-0x00010004.zip"), "--save", _folder.At("x.zip"));
        Assert.Contains("is one already", said.Error);
        said = await Tool.Run("import", _folder.At("adapter"), "--encoder", Encoder, "--labels", "a", "--save", _folder.At("x.zip"));
        Assert.AreEqual(1, said.Code);
        Assert.Contains("--labels", said.Error);
        said = await Tool.Run("import", file, "--encoder", Encoder, "--save", file);
        Assert.AreEqual(1, said.Code);
        Assert.Contains("would be lost", said.Error);
    }

    [TestMethod]
    public async Task The_names_of_yes_and_no_come_back_with_a_binary_model()
    {
        string texts = _folder.Write("texts.txt", "a small furry mammal\na dish of rice\n");
        await Tool.Succeed("import", Experts(), "--encoder", Encoder, "--save", _folder.At("classes.zip"));
        await Tool.Succeed("export", _folder.At("classes.zip"), "--out", _folder.At("adapter"), "--format", "adapters");
        string manifest = Path.Combine(_folder.At("adapter"), "adamix.json");
        JsonObject changed = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!.AsObject();
        (changed["Task"], changed["Labels"], changed["LabelType"]) = ("Binary", null, null);
        await File.WriteAllTextAsync(manifest, changed.ToJsonString());
        CallOutputs("false", "true");

        void CallOutputs(string no, string yes)
        {
            string path = Path.Combine(_folder.At("adapter"), "head_config.json");
            JsonObject head = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            head["config"]!["label2id"] = new JsonObject { [no] = 0, [yes] = 1 };
            File.WriteAllText(path, head.ToJsonString());
        }

        async Task<string> Import(string folder, params string[] more)
        {
            string model = _folder.At($"{folder}.zip");
            Said said = await Tool.Succeed(
                ["import", _folder.At(folder), "--encoder", Encoder, "--save", model, "--json", .. more]);
            Assert.AreEqual("binary", said.Json.GetProperty("task").GetString());
            return (await Tool.Succeed("predict", "--model", model, "--data", texts, "--scores")).Output;
        }

        Assert.Contains("false", await Import("adapter"));
        string named = await Import("adapter", "--labels", "not_equivalent,equivalent");
        Assert.Contains("not_equivalent\t", named);
        await Tool.Succeed("export", _folder.At("adapter.zip"), "--out", _folder.At("again"), "--format", "adapters");
        Assert.AreEqual(named, await Import("again"));
        Assert.Contains("\"equivalent\": 1", await File.ReadAllTextAsync(Path.Combine(_folder.At("again"), "head_config.json")));
        string rows = _folder.Write("rows.tsv", "label\ttext\nequivalent\ta mammal\nnot_equivalent\ta dish of rice\n");
        await Tool.Succeed("evaluate", "--model", _folder.At("again.zip"), "--data", rows);

        (changed["Labels"], changed["LabelType"]) = (new JsonArray("not spam", "spam"), "text");
        changed["Negatives"] = new JsonArray("ham", "eggs");
        await File.WriteAllTextAsync(manifest, changed.ToJsonString());
        CallOutputs("not spam", "spam");
        Assert.Contains("not spam\t", await Import("adapter"));
        await Tool.Succeed("export", _folder.At("adapter.zip"), "--out", _folder.At("again"), "--format", "adapters", "--force");
        Assert.Contains("not spam\t", await Import("again"));
        string three = _folder.Write("three.tsv", "label\ttext\nham\ta mammal\nspam\ta dish of rice\neggs\tan animal\n");
        await Tool.Succeed("evaluate", "--model", _folder.At("again.zip"), "--data", three);
    }

    [TestMethod]
    public async Task What_is_saved_when_it_is_stopped_is_done_and_a_second_time_is_like_the_first()
    {
        await Tool.Succeed(
            "export", Path.Combine(Models, "model-0x00010004.zip"), "--out", _folder.At("adapter"), "--format", "adapters");
        string model = Path.Combine(_folder.At("adapter"), "model.zip");
        string[] import = ["import", _folder.At("adapter"), "--encoder", Encoder, "--save", model];
        using CancellationTokenSource stop = new();
        await using StringWriter error = new();
        await using StoppingWriter output = new(stop);

        int code = await AdaMixCommand.InvokeAsync(
            import, new InvocationConfiguration { Output = output, Error = error }, stop.Token);

        Assert.AreEqual(0, code, error.ToString());
        await Tool.Succeed(import);
        DateTime saved = File.GetLastWriteTimeUtc(model);
        Assert.AreEqual(130, (await Tool.Run(stop.Token, import)).Code);
        Assert.AreEqual(saved, File.GetLastWriteTimeUtc(model));
        Said refused = await Tool.Run([.. import[..^1], Path.Combine(_folder.At("adapter"), "adapter.safetensors")]);
        Assert.Contains("would be lost", refused.Error);
    }

    public void Dispose() => _folder.Dispose();

    // The kept mixture under the names of the authors' files.
    private string Experts()
    {
        SafetensorsFile kept = SafetensorsFile.Open(Path.Combine(Models, "mixture-5.safetensors"));
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [.. kept.Tensors.Keys.Select(name => KeyValuePair.Create(
            name.Replace("tuning.", "roberta.", StringComparison.Ordinal)
                .Replace("head.dense", "classifier.dense", StringComparison.Ordinal)
                .Replace("head.output", "classifier.out_proj", StringComparison.Ordinal),
            kept.Read(name)))]);
        return _folder.Write("experts_expert_soup.safetensors", stream.ToArray());
    }

    // The user stops the command when it says that it is done.
    private sealed class StoppingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value) => Stop(() => base.Write(value));

        public override void WriteLine(string? value) => Stop(() => base.WriteLine(value));

        private void Stop(Action write)
        {
            write();
            stop.Cancel();
        }
    }
}
