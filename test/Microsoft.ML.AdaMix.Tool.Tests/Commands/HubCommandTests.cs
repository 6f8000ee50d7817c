using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>Encoders of the hub on the command line. No other test of this assembly reads the variables that are set here.</summary>
[TestClass]
public sealed class HubCommandTests : IDisposable
{
    private const string Name = "hub:owner/name";
    private static readonly string[] Variables = ["HF_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"];

    private readonly FakeHub _hub = FakeHub.WithEncoder();
    private readonly TemporaryFolder _folder = new();

    public HubCommandTests()
    {
        Environment.SetEnvironmentVariable("HF_HOME", _folder.At("home"));
        Environment.SetEnvironmentVariable("HF_ENDPOINT", _hub.Address);
        Environment.SetEnvironmentVariable("HF_TOKEN", null);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
    }

    [TestMethod]
    public async Task A_model_is_trained_on_an_encoder_of_the_hub_and_says_the_commit_by_which_it_is_found_again()
    {
        string rows = _folder.Write("train.tsv", Texts.Tsv(4));
        string model = _folder.At("model.zip");

        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--encoder", Name, "--epochs", "1", "--save", model, "--without-encoder", "--json");

        string found = $"{Name}@{FakeHub.Commit}";
        Assert.AreEqual(found, trained.Json.GetProperty("encoder").GetString());
        StringAssert.Contains(trained.Error, "owner/name: model.safetensors is here, 38,920 bytes", StringComparison.Ordinal);
        JsonElement info = (await Tool.Succeed("info", model, "--json")).Json.GetProperty("models")[0];
        Assert.AreEqual(found, info.GetProperty("training").GetProperty("encoder").GetProperty("name").GetString());

        GC.Collect(); // the training's encoder is gone, so that nothing in memory has it
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Said asked = await Tool.Run("evaluate", "--model", model, "--data", rows);
        StringAssert.Contains(asked.Error, $"Give it with --encoder {found}.", StringComparison.Ordinal);

        _hub.Requests.Clear();
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--encoder", found);
        Assert.IsEmpty(_hub.Requests);
    }

    [TestMethod]
    [DataRow("train --train {rows} --encoder hub:owner/name --learning-rate -1", 2)]
    [DataRow("train --train nowhere.tsv --encoder hub:owner/name", 1)]
    [DataRow("train --train {rows} --encoder hub:a/b/c", 2)]
    [DataRow("train --train {rows} --encoder hub:owner/name@../x", 2)]
    public async Task Nothing_is_fetched_where_something_else_is_wrong(string line, int code)
    {
        string rows = _folder.Write("train.tsv", Texts.Tsv(4));

        Said said = await Tool.Run(line.Replace("{rows}", rows, StringComparison.Ordinal).Split(' '));

        Assert.AreEqual(code, said.Code, said.Error);
        Assert.IsEmpty(_hub.Requests);
    }

    [TestMethod]
    public async Task What_the_hub_refuses_is_an_error_that_says_what_to_do()
    {
        _hub.Instead = _ => new FakeAnswer(403).With("X-Error-Code", "GatedRepo");

        Said said = await Tool.Run("train", "--train", _folder.Write("train.tsv", Texts.Tsv(4)), "--encoder", Name);

        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "is gated", StringComparison.Ordinal);
        StringAssert.Contains(said.Error, "HF_TOKEN", StringComparison.Ordinal);
        Assert.DoesNotContain("HubOptions", said.Error);
    }

    [TestMethod]
    public async Task A_file_of_the_cache_is_not_overwritten_by_a_model()
    {
        string rows = _folder.Write("train.tsv", Texts.Tsv(4));
        await Tool.Succeed("train", "--train", rows, "--encoder", Name, "--epochs", "1", "--save", _folder.At("model.zip"));
        string weights = _folder.At($"home/hub/models--owner--name/snapshots/{FakeHub.Commit}/model.safetensors");

        Said said = await Tool.Run("train", "--train", rows, "--encoder", Name, "--save", weights);

        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "is the same as --encoder", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));
        _hub.Dispose();
        _folder.Dispose();
    }
}
