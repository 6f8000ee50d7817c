using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Hub;

[TestClass]
public sealed class HubEncodersTests : IDisposable
{
    private readonly HubCase _case = new();

    private FakeHub Server => _case.Server;

    [TestMethod]
    public async Task Only_the_files_that_are_read_are_fetched_and_they_are_what_the_hub_has()
    {
        HubSnapshot snapshot = await _case.Fetch();

        Assert.AreEqual($"hub:owner/name@{FakeHub.Commit}", snapshot.Address.ToString());
        string[] files = ["config.json", "merges.txt", "model.safetensors", "vocab.json"];
        CollectionAssert.AreEqual(
            files, Directory.EnumerateFiles(snapshot.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
        foreach (string file in files)
        {
            CollectionAssert.AreEqual(Server.Files[file], File.ReadAllBytes(Path.Combine(snapshot.Folder, file)));
        }

        CollectionAssert.DoesNotContain(Server.Asked, "GET pytorch_model.bin");
        CollectionAssert.DoesNotContain(Server.Asked, "HEAD pytorch_model.bin");
        Assert.IsEmpty(_case.Warnings);
        Assert.AreEqual("hidden 16", $"hidden {HuggingFaceFolder.Load(snapshot.Folder).Config.HiddenSize}");
    }

    [TestMethod]
    public async Task The_cache_is_laid_out_as_Python_lays_it_out()
    {
        await _case.Fetch();

        string folder = Path.Combine(_case.Cache.Path, "models--owner--name");
        Assert.AreEqual(FakeHub.Commit, File.ReadAllText(Path.Combine(folder, "refs", "main")));
        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder, "blobs", Server.Tag(file))));
            Assert.AreEqual(
                Path.Combine("..", "..", "blobs", Server.Tag(file)), new FileInfo(Path.Combine(_case.Snapshot(), file)).LinkTarget);
            Assert.IsTrue(File.Exists(Path.Combine(_case.Cache.Path, ".locks", "models--owner--name", $"{Server.Tag(file)}.lock")));
        }

        Assert.AreEqual(0, new FileInfo(Path.Combine(folder, ".no_exist", FakeHub.Commit, "tokenizer.json")).Length);
    }

    [TestMethod]
    public async Task A_cache_that_Python_has_filled_is_used()
    {
        foreach (string file in (string[])["config.json", "merges.txt", "vocab.json", "model.safetensors"])
        {
            string blob = _case.Cache.Write($"models--owner--name/blobs/{Server.Tag(file)}", Server.Files[file]);
            Directory.CreateDirectory(_case.Snapshot());
            File.CreateSymbolicLink(Path.Combine(_case.Snapshot(), file), $"../../blobs/{Path.GetFileName(blob)}");
        }

        _case.Cache.Write("models--owner--name/refs/main", FakeHub.Commit);

        await _case.Fetch();
        Assert.IsFalse(Server.Asked.Any(asked => asked.StartsWith("GET", StringComparison.Ordinal)), "all is there");

        Server.Requests.Clear();
        _case.Offline = true;
        Assert.AreEqual(_case.Snapshot(), (await _case.Fetch()).Folder);
        Assert.IsEmpty(Server.Requests);
    }

    [TestMethod]
    public async Task A_second_time_the_hub_is_asked_once_where_the_branch_leads_and_of_a_commit_nothing()
    {
        await _case.Fetch();
        Server.Requests.Clear();

        await _case.Fetch();
        CollectionAssert.AreEqual(new[] { "HEAD config.json" }, Server.Asked);

        Server.Requests.Clear();
        await _case.Fetch(FakeHub.Commit);
        Assert.IsEmpty(Server.Requests);
    }

    [TestMethod]
    public async Task A_branch_that_has_moved_brings_the_new_commit_and_of_its_files_those_that_changed()
    {
        await _case.Fetch();
        Server.Requests.Clear();
        Server.Main = new string('a', 40);
        Server.Files["merges.txt"] = "#version: 0.3\n"u8.ToArray();

        HubSnapshot snapshot = await _case.Fetch();

        Assert.AreEqual(Server.Main, snapshot.Address.Revision);
        CollectionAssert.AreEqual(
            new[] { "GET merges.txt" }, Server.Asked.Where(asked => asked.StartsWith("GET", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual(4, Directory.GetFiles(snapshot.Folder).Length);
        Assert.IsTrue(Directory.Exists(_case.Snapshot()), "the old one stays");
    }

    [TestMethod]
    public async Task All_files_are_of_one_commit_also_if_the_branch_moves_meanwhile()
    {
        Server.Instead = request => request.Path.Contains("/main/", StringComparison.Ordinal) && request.File != "config.json"
            ? new FakeAnswer(500)
            : null;

        HubSnapshot snapshot = await _case.Fetch();

        Assert.AreEqual(FakeHub.Commit, snapshot.Address.Revision);
    }

    [TestMethod]
    public async Task Without_safetensors_the_PyTorch_file_is_fetched()
    {
        Server.Files.Remove("model.safetensors");

        await _case.Fetch();

        CollectionAssert.Contains(Server.Asked, "GET pytorch_model.bin");
        Assert.IsTrue(File.Exists(Path.Combine(_case.Snapshot(), "pytorch_model.bin")));
    }

    [TestMethod]
    public async Task Of_sharded_weights_the_shards_that_the_index_names_are_fetched()
    {
        Server.Files.Remove("model.safetensors", out byte[]? weights);
        Server.Files["model.safetensors.index.json"] = """{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}"""u8.ToArray();
        Server.Files["one.safetensors"] = weights!;
        Server.Files["two.safetensors"] = [1, .. weights!];
        Server.Files["three.safetensors"] = [2, .. weights!];

        await _case.Fetch();

        Assert.IsTrue(File.Exists(Path.Combine(_case.Snapshot(), "one.safetensors")));
        Assert.IsTrue(File.Exists(Path.Combine(_case.Snapshot(), "two.safetensors")));
        CollectionAssert.DoesNotContain(Server.Asked, "HEAD three.safetensors");
    }

    [TestMethod]
    public async Task A_configuration_that_does_not_say_its_family_waits_for_the_weights_whose_names_do()
    {
        string config = Encoding.UTF8.GetString(Server.Files["config.json"]);
        JsonObject told = JsonNode.Parse(config)!.AsObject();
        told.Remove("model_type");
        told.Remove("architectures");
        Server.Files["config.json"] = Encoding.UTF8.GetBytes(told.ToJsonString());
        byte[] weights = Server.Files["model.safetensors"];
        int end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(weights);
        JsonObject header = JsonNode.Parse(weights.AsSpan(8..end))!.AsObject();
        JsonObject named = new(header.Select(tensor => KeyValuePair.Create(
            tensor.Key.StartsWith("__", StringComparison.Ordinal) ? tensor.Key : "roberta." + tensor.Key, tensor.Value?.DeepClone())));
        byte[] names = Encoding.UTF8.GetBytes(named.ToJsonString());
        Server.Files["model.safetensors"] = [.. BitConverter.GetBytes((long)names.Length), .. names, .. weights.AsSpan(end..)];

        HubSnapshot snapshot = await _case.Fetch();

        Assert.AreEqual(
            EncoderConfigReader.Read(Encoding.UTF8.GetBytes(config), "config.json").Family,
            HuggingFaceFolder.ReadConfig(snapshot.Folder).Family);
    }

    [TestMethod]
    public async Task A_model_that_cannot_be_read_is_refused_before_its_weights_come()
    {
        Server.Files["config.json"] = """{"model_type": "llama", "hidden_size": 8}"""u8.ToArray();

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => _case.Fetch());

        CollectionAssert.DoesNotContain(Server.Asked, "HEAD model.safetensors");
    }

    [TestMethod]
    public async Task Offline_means_no_connection_and_says_what_is_missing()
    {
        _case.Offline = true;

        HubException error = await _case.Fail();

        StringAssert.Contains(
            error.Message, "'owner/name' is not in the cache at revision 'main': the cache has nothing of it (", StringComparison.Ordinal);
        Assert.IsEmpty(Server.Requests);
    }

    [TestMethod]
    public async Task Offline_says_which_revisions_the_cache_knows()
    {
        await _case.Fetch();
        _case.Offline = true;

        HubException error = await _case.Fail("nope");

        StringAssert.Contains(error.Message, "at revision 'nope': the cache knows only 'main' of it (", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Offline_names_the_file_that_the_cache_lacks_and_where_it_was_looked_for()
    {
        await _case.Fetch();
        File.Delete(Path.Combine(_case.Snapshot(), "config.json"));
        _case.Offline = true;

        HubException error = await _case.Fail();

        StringAssert.Contains(
            error.Message, $"of what the cache has of it, config.json is missing ({_case.Snapshot()})", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_hub_that_cannot_be_reached_lets_the_cache_be_used_and_that_is_said()
    {
        await _case.Fetch();
        Server.Dispose();

        HubSnapshot snapshot = await _case.Fetch();

        Assert.AreEqual(_case.Snapshot(), snapshot.Folder);
        string warning = Assert.ContainsSingle(_case.Warnings);
        StringAssert.Contains(warning, "cannot be reached", StringComparison.Ordinal);
        StringAssert.Contains(warning, $"What is in the cache is used: hub:owner/name@{FakeHub.Commit}.", StringComparison.Ordinal);
        Assert.IsEmpty(_case.Waits, "with a cache nobody waits");
    }

    [TestMethod]
    public async Task A_hub_that_cannot_be_reached_is_an_error_where_nothing_is_in_the_cache()
    {
        _case.Endpoint = Server.Address;
        Server.Dispose();

        HubException error = await _case.Fail();

        Assert.IsNull(error.StatusCode);
        StringAssert.Contains(error.Message, "cannot be reached", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "HTTPS_PROXY", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "The cache was looked at too: the cache has nothing of it (", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_cache_in_which_a_part_is_missing_is_not_taken_for_a_whole_one()
    {
        await _case.Fetch();
        File.Delete(Path.Combine(_case.Snapshot(), "model.safetensors"));
        _case.Offline = true;

        await _case.Fail();
        _case.Offline = false;
        await _case.Fetch();

        Assert.IsTrue(File.Exists(Path.Combine(_case.Snapshot(), "model.safetensors")));
    }

    [TestMethod]
    public async Task A_revision_with_slashes_is_one_part_of_the_address_and_a_path_in_the_cache()
    {
        Server.Instead = request => request.Path.Contains("/refs%2Fpr%2F1/", StringComparison.Ordinal)
            ? Server.Usual(request with { Path = request.Path.Replace("refs%2Fpr%2F1", "main", StringComparison.Ordinal) })
            : null;

        await _case.Fetch("refs/pr/1");

        Assert.AreEqual(
            FakeHub.Commit, File.ReadAllText(Path.Combine(_case.Cache.Path, "models--owner--name", "refs", "refs", "pr", "1")));
    }

    [TestMethod]
    public async Task Progress_goes_from_nothing_to_the_whole_file()
    {
        await _case.Fetch();

        HubProgress[] weights = [.. _case.Reports.Where(report => report.File == "model.safetensors")];
        Assert.AreEqual(0, weights[0].Bytes);
        Assert.AreEqual(weights[^1].TotalBytes, weights[^1].Bytes);
        Assert.AreEqual(Server.Files["model.safetensors"].Length, weights[^1].TotalBytes);
        Assert.AreEqual("owner/name", weights[0].Repository);
    }

    [TestMethod]
    public async Task A_file_that_is_longer_than_such_a_file_may_be_is_not_fetched()
    {
        Server.Instead = request => request.File == "config.json" && request.Method == "HEAD"
            ? new FakeAnswer(302).With("Location", "/store/x").With("X-Repo-Commit", FakeHub.Commit)
                .With("X-Linked-Etag", new string('a', 64)).With("X-Linked-Size", "99999999999")
            : null;

        HubException error = await _case.Fail();

        StringAssert.Contains(error.Message, "has 99999999999 bytes", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("../../../../elsewhere/x")]
    [DataRow("a/b")]
    [DataRow("..")]
    public async Task Commits_and_tags_of_a_hub_lead_nowhere_else(string name)
    {
        Server.Instead = request => new FakeAnswer(200, Encoding.UTF8.GetBytes("{}")).With("X-Repo-Commit", name).With("ETag", "\"abc\"");
        await _case.Fail();

        Server.Instead = request =>
            new FakeAnswer(200, Encoding.UTF8.GetBytes("{}")).With("X-Repo-Commit", FakeHub.Commit).With("ETag", $"\"{name}\"");
        await _case.Fail();
    }

    [TestMethod]
    public async Task A_page_of_something_else_is_not_taken_for_the_hub()
    {
        Server.Instead = _ => new FakeAnswer(200, "<html>Log in</html>"u8.ToArray());

        HubException error = await _case.Fail();

        StringAssert.Contains(error.Message, "it is no hub, or a page stands before it", StringComparison.Ordinal);
    }

    public void Dispose() => _case.Dispose();
}
