using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>
/// Routes that are drawn while predicting compute as training and the merged models do: with the same head, pooler included.
/// </summary>
[TestClass]
public sealed class RandomRoutesTests
{
    private const int Experts = 3;
    private static readonly MLContext Ml = new(seed: 1);

    private static IEnumerable<object[]> Cases =>
        from family in (string[])["roberta", "bert"]
        from method in AllMethods.WithSharing
        select (object[])[family, .. method];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void One_draw_for_all_layers_gives_the_logits_of_one_of_the_experts_or_where_nothing_is_shared_of_a_pair_of_them(
        string family, string method, ExpertSharing sharing)
    {
        MixtureOptions mixture = new() { Experts = Experts, Sharing = sharing };
        using ReferenceModel model = RandomModel.Create(AllMethods.ByName[method](), mixture, family: family);
        TunedModel plain = new(
            model.Loaded, EncoderEdits.None, model.Classifier.Head.ToHost(), new TextInput(16, SpecialTokensInText: false));
        ServedModel served = new(
            plain, TextTask.Multiclass, LabelKeys.Numbered(plain.Head.Outputs),
            new ScoringColumns("Text", null, "PredictedLabel", "Score", "Probability", "Logits", null));
        using TrainedMixture trained = new(
            ((IHostEnvironment)Ml).Register("test"), AllMethods.ByName[method](), mixture, model.Classifier.Tuning, served, CPU);
        float[][] experts = [.. Enumerable.Range(0, Experts).Select(expert => Score(trained.Expert(expert).Model.Tuned))];
        bool areWhole = sharing is ExpertSharing.Up or ExpertSharing.Down || Agree(Pairs(), experts);
        float[][] drawable = areWhole ? experts : Pairs();

        HashSet<int> drawn = [];
        for (int seed = 0; seed < 12; seed++)
        {
            using IModelSession session = trained.OpenRoutes(ExpertRouting.AllLayers, seed);
            float[] routed = TestRows.Score(session);
            float[] distances = Array.ConvertAll(drawable, logits => Distance(logits, routed));
            Assert.IsLessThan(1e-4f, distances.Min(), FormattableString.Invariant($"seed {seed}: {string.Join(", ", distances)}"));
            drawn.Add(Array.IndexOf(distances, distances.Min()));
        }
    private static float[] Score(IModelSession session)
    {
        TokenIds[] batch = [new([0, 9, 11, 2], 4), new([0, 5, 2], 3), new([0, 40, 41, 42, 43, 44, 2], 7)];
        float[] logits = new float[batch.Length * session.Outputs];
        session.Score(batch, logits, []);
        return logits;
    }
}
