using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
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
    private static readonly TokenIds[] TextRows = [new([0, 9, 11, 2], 4), new([0, 5, 2], 3), new([0, 40, 41, 42, 43, 44, 2], 7)];

    private static IEnumerable<object[]> Cases =>
        from method in AllMethods.NamesWithExperts
        from sharing in (ExpertSharing[])[ExpertSharing.Up, ExpertSharing.None]
        select (object[])[method[0], sharing];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void One_draw_for_all_layers_gives_the_logits_of_an_expert_or_where_nothing_is_shared_of_the_halves_of_two(
        string method, ExpertSharing sharing) => AssertOneDraw("roberta", method, sharing);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Cases))]
    public void One_draw_for_all_layers_of_bert_does_so_too(string method, ExpertSharing sharing) => AssertOneDraw("bert", method, sharing);

    private static void AssertOneDraw(string family, string method, ExpertSharing sharing)
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
        float[] Routed(int down, int up)
        {
            Route[] routes = [.. Enumerable.Repeat(new Route(down, up), model.Loaded.Config.Layers)];
            return TestModels.Score(ModelMerger.Merge(plain, model.Classifier.Tuning, new RoutedExpert(routes)), TextRows);
        }

        int ups = sharing == ExpertSharing.Up ? 1 : Experts;
        float[][] halves = [.. Enumerable.Range(0, Experts * ups).Select(pair => Routed(pair / ups, pair % ups))];
        for (int expert = 0; expert < Experts; expert++)
        {
            float[] whole = halves[ups == 1 ? expert : (expert * ups) + expert];
            Assert.IsLessThan(1e-4f, Distance(whole, TestModels.Score(trained.Expert(expert).Model.Tuned, TextRows)), $"expert {expert}");
        }

        HashSet<int> drawn = [];
        for (int seed = 0; seed < 12; seed++)
        {
            using IModelSession session = trained.OpenRoutes(ExpertRouting.AllLayers, seed);
            float[] routed = TestModels.Score(session, TextRows);
            float[] distances = Array.ConvertAll(halves, logits => Distance(logits, routed));
            Assert.IsLessThan(1e-4f, distances.Min(), FormattableString.Invariant($"seed {seed}: {string.Join(", ", distances)}"));
            drawn.Add(Array.IndexOf(distances, distances.Min()));
        }

        Assert.IsGreaterThan(1, drawn.Count, "all draws took one expert");
    }

    private static float Distance(float[] logits, float[] others) => logits.Zip(others, (a, b) => Math.Abs(a - b)).Max();
}
