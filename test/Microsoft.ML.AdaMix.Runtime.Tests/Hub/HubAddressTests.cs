namespace Microsoft.ML.AdaMix.Hub;

[TestClass]
public sealed class HubAddressTests
{
    [TestMethod]
    [DataRow("hub:FacebookAI/roberta-base", "FacebookAI/roberta-base", "main")]
    [DataRow("hub:FacebookAI/roberta-base@refs/pr/1", "FacebookAI/roberta-base", "refs/pr/1")]
    [DataRow("HUB:bert-base-uncased@v1.0", "bert-base-uncased", "v1.0")]
    [DataRow("hub:a/b_c.d@e2da8e2f811d1448a5b465c236feacd80ffbac7b", "a/b_c.d", "e2da8e2f811d1448a5b465c236feacd80ffbac7b")]
    public void A_name_has_a_repository_and_perhaps_a_revision(string name, string repository, string revision) =>
        Assert.AreEqual(new HubAddress(repository, revision), HubAddress.Parse(name));

    [TestMethod]
    [DataRow("")]
    [DataRow("https://huggingface.co/FacebookAI/roberta-base")]
    [DataRow("a/b/c")]
    [DataRow("/b")]
    [DataRow("a/")]
    [DataRow("..")]
    [DataRow("../b")]
    [DataRow("a/..")]
    [DataRow("a--b")]
    [DataRow("a/b.git")]
    [DataRow("a b")]
    [DataRow("a\\b")]
    public void What_is_no_repository_is_refused(string repository)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => HubAddress.Of(repository, null));

        StringAssert.Contains(error.Message, "expected is OWNER/NAME", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("..")]
    [DataRow("../../x")]
    [DataRow("/etc")]
    [DataRow("a//b")]
    [DataRow("a/./b")]
    [DataRow("a\\b")]
    [DataRow("C:x")]
    [DataRow("a\nb")]
    public void What_is_no_revision_is_refused(string revision)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => HubAddress.Of("a/b", revision));

        StringAssert.Contains(error.Message, "is no revision of 'a/b'", StringComparison.Ordinal);
    }
}
