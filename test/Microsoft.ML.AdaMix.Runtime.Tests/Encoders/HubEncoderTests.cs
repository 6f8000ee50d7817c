using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Encoders;

[TestClass]
public sealed class HubEncoderTests : IDisposable
{
    private readonly FakeHub _hub = FakeHub.WithEncoder();
    private readonly TemporaryFolder _cache = new();
    private readonly PretrainedEncoder _local =
        PretrainedEncoder.FromFolder(Path.Combine(Reference.Repository, "test", "models", "encoder"));

    [TestMethod]
    public async Task It_is_the_encoder_of_the_folder_that_was_published_and_its_name_has_the_commit()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromHub("owner/name", options: Options());

        Assert.AreEqual($"hub:owner/name@{FakeHub.Commit}", encoder.Name);
        Assert.AreEqual(encoder.Name, encoder.Load().Name);
        Assert.AreEqual(_local.ComputeSha256(), encoder.ComputeSha256());
        Assert.AreEqual(_local.StoredBytes(), encoder.StoredBytes());
        Assert.AreEqual(encoder.Name, (await PretrainedEncoder.FromHubAsync("owner/name", "main", Options())).Name);
    }

    [TestMethod]
    public void A_model_without_its_encoder_says_which_commit_of_which_repository_it_needs()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromHub("owner/name", options: Options());
        using MemoryStream stream = new();
        MLContext ml = new();
        ml.Model.SaveDelta(
            Classifiers.Transformer(Classifiers.Model() with { Tuned = TestModels.Model(encoder.Load()) }),
            null, stream);
        stream.Position = 0;

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => ml.Model.LoadDelta(stream, PretrainedEncoder.RobertaMini, out _));

        StringAssert.Contains(error.Message, $"'hub:owner/name@{FakeHub.Commit}'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Cancelled_before_it_begins_it_asks_for_nothing() =>
        Assert.Throws<OperationCanceledException>(
            () => PretrainedEncoder.FromHub("owner/name", options: Options(), cancellationToken: new CancellationToken(true)));

    public void Dispose()
    {
        _hub.Dispose();
        _cache.Dispose();
    }

    private HubOptions Options() => new() { CacheFolder = _cache.Path, Endpoint = _hub.Address, Token = "", Offline = false };
}
