using System.Globalization;
using System.Net;

namespace Microsoft.ML.AdaMix.Hub;

[TestClass]
public sealed class HubAnswersTests
{
    [TestMethod]
    [DataRow(401, "GatedRepo", null, "gated", "accept their conditions; then give a token", "HF_TOKEN")]
    [DataRow(403, "GatedRepo", "secret", "gated", "the one that was sent, from HubOptions.Token, has none", "log in and accept")]
    [DataRow(401, "RepoNotFound", null, "There is no repository 'owner/name'", "or it is private", "HF_TOKEN")]
    [DataRow(401, null, "secret", "There is no repository 'owner/name'", "or it is private", "the one that was sent")]
    [DataRow(403, null, null, "does not give 'config.json'", "give a token", "answered with 403")]
    [DataRow(404, "RepoNotFound", null, "There is no repository 'owner/name'", "Check owner and name", "404")]
    [DataRow(404, "RevisionNotFound", null, "has no revision 'main'", "a branch, a tag or a commit", "/commits/main")]
    [DataRow(404, "EntryNotFound", null, "has no file 'config.json'", "at revision 'main'", "/tree/main")]
    [DataRow(404, null, null, "the repository, the revision or the file is missing", "Check the names", "404")]
    [DataRow(407, null, null, "The proxy asks for a name and a password", "HTTPS_PROXY", "407")]
    [DataRow(418, null, null, "answered with 418", "'config.json'", "'owner/name'")]
    public async Task An_answer_that_is_no_success_says_what_to_do_and_is_not_asked_for_again(
        int status, string? code, string? token, params string[] parts)
    {
        using HubCase hub = new() { Token = token };
        hub.Server.Instead = _ => code is null ? new FakeAnswer(status) : new FakeAnswer(status).With("X-Error-Code", code);

        HubException error = await hub.Fail();

        Assert.AreEqual((HttpStatusCode)status, error.StatusCode);
        foreach (string part in parts)
        {
            StringAssert.Contains(error.Message, part, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret", error.ToString());
        Assert.HasCount(1, hub.Server.Requests);
        Assert.IsFalse(Directory.Exists(hub.Blobs), "nothing is left");
    }

    [TestMethod]
    public async Task What_the_hub_says_itself_is_passed_on_within_bounds()
    {
        using HubCase hub = new();
        hub.Server.Instead = _ => new FakeAnswer(403).With("X-Error-Message", "Because." + new string('x', 5000));

        HubException error = await hub.Fail();

        StringAssert.Contains(error.Message, "It says: Because.", StringComparison.Ordinal);
        Assert.IsLessThan(800, error.Message.Length);
    }

    [TestMethod]
    [DataRow(429)]
    [DataRow(503)]
    public async Task A_hub_that_asks_to_wait_is_waited_for_as_long_as_it_says(int status)
    {
        using HubCase hub = new();
        int answers = 0;
        hub.Server.Instead = _ => ++answers <= 2 ? new FakeAnswer(status).With("Retry-After", "7") : null;

        await hub.Fetch();

        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7) }, hub.Waits.ToArray());
        StringAssert.Contains(hub.Warnings.First(), "Trying again in 7 s.", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task The_wait_may_be_told_as_a_time()
    {
        using HubCase hub = new();
        int answers = 0;
        hub.Server.Instead = _ => ++answers == 1
            ? new FakeAnswer(503).With("Retry-After", hub.Now.AddSeconds(20).ToString("r", CultureInfo.InvariantCulture))
            : null;

        await hub.Fetch();

        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(20) }, hub.Waits.ToArray());
    }

    [TestMethod]
    public async Task Waiting_has_bounds()
    {
        using HubCase hub = new();
        hub.Server.Instead = _ => new FakeAnswer(429).With("Retry-After", "86400");

        HubException error = await hub.Fail();

        Assert.IsEmpty(hub.Waits);
        StringAssert.Contains(error.Message, "It asks to wait for 86400 seconds", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "HF_TOKEN", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(500)]
    [DataRow(502)]
    [DataRow(504)]
    public async Task A_hub_that_is_down_is_tried_some_times_with_longer_and_longer_waits(int status)
    {
        using HubCase hub = new();
        hub.Server.Instead = _ => new FakeAnswer(status);

        HubException error = await hub.Fail();

        Assert.AreEqual((HttpStatusCode)status, error.StatusCode);
        CollectionAssert.AreEqual(new[] { 1.0, 2, 4 }, hub.Waits.Select(wait => wait.TotalSeconds).ToArray());
    }

    [TestMethod]
    [DataRow(401, null)]
    [DataRow(403, "GatedRepo")]
    [DataRow(429, null)]
    [DataRow(503, null)]
    public async Task What_is_in_the_cache_is_used_where_the_hub_gives_nothing_more(int status, string? code)
    {
        using HubCase hub = new();
        await hub.Fetch();
        hub.Server.Instead = _ => code is null ? new FakeAnswer(status) : new FakeAnswer(status).With("X-Error-Code", code);

        Assert.AreEqual(hub.Snapshot(), (await hub.Fetch()).Folder);
        StringAssert.Contains(hub.Warnings.Last(), "What is in the cache is used", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_revision_that_is_gone_is_not_taken_from_the_cache()
    {
        using HubCase hub = new();
        await hub.Fetch();
        hub.Server.Instead = _ => new FakeAnswer(404).With("X-Error-Code", "RevisionNotFound");

        await hub.Fail();
    }
}
