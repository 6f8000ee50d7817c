namespace Microsoft.ML.AdaMix.Hub;

[TestClass]
public sealed class HubSettingsTests
{
    private static readonly string Home = HubVariables.UserFolder;

    [TestMethod]
    [DataRow("~/.cache/huggingface/hub")]
    [DataRow("/x/huggingface/hub", "XDG_CACHE_HOME", "/x")]
    [DataRow("/h/hub", "XDG_CACHE_HOME", "/x", "HF_HOME", "/h")]
    [DataRow("/u", "HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/u")]
    [DataRow("/c", "HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/u", "HF_HUB_CACHE", "/c")]
    [DataRow("~/c", "HF_HUB_CACHE", "~/c")]
    [DataRow("/data/ann/hub", "HF_HOME", "/data/$WHO", "WHO", "ann")]
    [DataRow("/data/ann", "HF_HUB_CACHE", "/data/${WHO}", "WHO", "ann")]
    [DataRow("/data/$WHO", "HF_HUB_CACHE", "/data/$WHO")]
    [DataRow("/h/hub", "HF_HOME", "/h", "HF_HUB_CACHE", "")]
    public void The_cache_is_where_Python_has_it(string expected, params string[] variables)
    {
        string path = Path.GetFullPath(expected.Replace("~", Home, StringComparison.Ordinal));

        Assert.AreEqual(path, Find(variables).CacheFolder);
    }

    [TestMethod]
    public void A_token_comes_from_the_option_the_variables_or_the_file_in_this_order()
    {
        using TemporaryFolder home = new();
        home.Write("token", " of-file \r\n");
        string[] inHome = ["HF_HOME", home.Path];

        Assert.AreEqual("of-file", Find(inHome).Token);
        Assert.AreEqual("old", Find([.. inHome, "HUGGING_FACE_HUB_TOKEN", "old"]).Token);
        Assert.AreEqual("new", Find([.. inHome, "HUGGING_FACE_HUB_TOKEN", "old", "HF_TOKEN", " new\n"]).Token);
        Assert.AreEqual("mine", Find(new HubOptions { Token = "mine" }, [.. inHome, "HF_TOKEN", "new"]).Token);
        Assert.IsNull(Find(new HubOptions { Token = "" }, [.. inHome, "HF_TOKEN", "new"]).Token);
        Assert.IsNull(Find([.. inHome, "HF_TOKEN", "new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"]).Token);
        Assert.AreEqual("of-file", Find(["HF_TOKEN_PATH", home.At("token")]).Token);
        Assert.DoesNotContain("mine", new HubOptions { Token = "mine" }.ToString()!);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("HF_HUB_OFFLINE", "HF_HUB_OFFLINE", "1")]
    [DataRow("HF_HUB_OFFLINE", "HF_HUB_OFFLINE", "yes")]
    [DataRow("HF_HUB_OFFLINE", "HF_HUB_OFFLINE", "True")]
    [DataRow("TRANSFORMERS_OFFLINE", "TRANSFORMERS_OFFLINE", "ON")]
    [DataRow(null, "HF_HUB_OFFLINE", "0")]
    public void Offline_is_told_in_the_words_of_Python(string? expected, params string[] variables)
    {
        Assert.AreEqual(expected, Find(variables).OfflineBy);
        Assert.IsNull(Find(new HubOptions { Offline = false }, variables).OfflineBy);
    }

    [TestMethod]
    [DataRow("https://huggingface.co/")]
    [DataRow("https://mirror.example/", "HF_ENDPOINT", "https://mirror.example")]
    [DataRow("http://proxy.example:8080/api/hf/", "HF_ENDPOINT", "http://proxy.example:8080/api/hf/")]
    public void The_address_is_the_hub_s_or_the_one_that_is_set(string expected, params string[] variables) =>
        Assert.AreEqual(expected, Find(variables).Endpoint.ToString());

    [TestMethod]
    [DataRow("mirror.example")]
    [DataRow("ftp://mirror.example")]
    [DataRow("file:///etc")]
    public void An_address_that_is_none_is_refused(string address)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Find("HF_ENDPOINT", address));

        StringAssert.Contains(error.Message, $"'{address}' (HF_ENDPOINT", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_password_in_the_address_is_refused_and_stands_in_no_message()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Find("HF_ENDPOINT", "https://ann:secret@mirror.example"));

        StringAssert.Contains(error.Message, "(HF_ENDPOINT) has a name or a password", StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message);
    }

    private static HubSettings Find(params string[] variables) => Find(new HubOptions(), variables);

    private static HubSettings Find(HubOptions options, string[] variables) => HubSettings.Find(
        options, name => variables.Chunk(2).Where(pair => pair[0] == name).Select(pair => pair[1]).FirstOrDefault());
}
