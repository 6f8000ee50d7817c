using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>Experts of several methods, unmerged on disk.</summary>
[TestClass]
public sealed class MixtureFileTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [TestCategory("Slow")]
    public void Whole_encoders_kept_on_disk_do_so_too() =>
        Experts_kept_on_disk_merge_and_route_as_before("full", ExpertSharing.Up, ExpertRouting.Batch);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("parallel", ExpertSharing.None, ExpertRouting.Fixed)]
    [DataRow("ia3", ExpertSharing.None, ExpertRouting.Batch)]
    [DataRow("bitfit", ExpertSharing.None, ExpertRouting.Fixed)]
    [DataRow("prefix from a network", ExpertSharing.None, ExpertRouting.Batch)]
    public void So_do_those_of_other_methods(string method, ExpertSharing sharing, ExpertRouting routing) =>
        Experts_kept_on_disk_merge_and_route_as_before(method, sharing, routing);

    [TestMethod]
    [DataRow("houlsby", ExpertSharing.Down, ExpertRouting.Batch)]
    [DataRow("lora", ExpertSharing.Up, ExpertRouting.Batch)]
    [DataRow("prompt from an LSTM", ExpertSharing.None, ExpertRouting.Batch)]
    public void Experts_kept_on_disk_merge_and_route_as_before(string method, ExpertSharing sharing, ExpertRouting routing)
    {
        TuningMethod tuning = Methods.AllMethods.ByName[method]();
        AdaMixOptions options = Rows.Quick() with
        {
            Method = tuning,
            Mixture = tuning.SupportsMixture ? new MixtureOptions
            {
                Experts = 2,
                Sharing = sharing,
                Routing = routing,
                FixedExpert = routing == ExpertRouting.Fixed ? 1 : 0,
            } : MixtureOptions.None,
        };
        IDataView data = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(Ml.Data.LoadFromEnumerable(Texts)).Transform(
            Ml.Data.LoadFromEnumerable(Texts));
        using TrainedMixture mixture = Ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using TrainedMixture loaded = Reloaded(mixture);
        Assert.AreEqual(mixture.Parameters, loaded.Parameters);
        Assert.AreEqual(mixture.Method.Name, loaded.Method.Name);
        AssertSame(mixture.Merge(), loaded.Merge());
        AssertSame(mixture.Route(3), loaded.Route(3));
        if (routing == ExpertRouting.Fixed)
        {
            AssertSame(mixture.Expert(1), loaded.Merge());
        }

        void AssertSame(AdaMixTransformer expected, AdaMixTransformer actual)
        {
            float[][] scores = [.. actual.Transform(data).GetColumn<float[]>("Score")];
            foreach ((float[] row, int index) in expected.Transform(data).GetColumn<float[]>("Score").Select((row, index) => (row, index)))
            {
                Golden.AssertClose(row, scores[index], 0, FormattableString.Invariant($"row {index}"));
            }
        }
    }

    [TestMethod]
    public void A_mixture_file_that_is_changed_while_it_is_read_is_an_error_that_names_it_and_later_changes_do_nothing()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("experts.safetensors");
        IDataView data = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(Ml.Data.LoadFromEnumerable(Texts)).Transform(
            Ml.Data.LoadFromEnumerable(Texts));
        using TrainedMixture mixture = Ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).FitMixture(data);
        float[][] expected = Scores(mixture);
        foreach (string way in ChangedFile.Ways.Keys)
        {
            mixture.Save(path);
            ChangedFile.Settle(folder.Path);

            IOException error = Assert.ThrowsExactly<IOException>(() => TrainedMixture.Load(
                Ml, path, PretrainedEncoder.RobertaMini, ChangedFile.While("experts.safetensors", way, when: "experts.safetensors")));

            Assert.Contains($"'{path}' was changed", error.Message);
            mixture.Save(path);
            using TrainedMixture loaded = TrainedMixture.Load(Ml, path, PretrainedEncoder.RobertaMini);
            ChangedFile.Ways[way](path);
            float[][] scores = Scores(loaded);
            Assert.IsTrue(expected.Zip(scores).All(row => row.First.AsSpan().SequenceEqual(row.Second)), way);
        }

        float[][] Scores(TrainedMixture experts)
        {
            using AdaMixTransformer merged = experts.Merge();
            return [.. merged.Transform(data).GetColumn<float[]>("Score")];
        }
    }

    private static Row[] Texts => Rows.Topics("train.tsv", 8, "animal", "food");

    private static TrainedMixture Reloaded(TrainedMixture mixture)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        try
        {
            mixture.Save(path);
            return TrainedMixture.Load(new MLContext(), path, PretrainedEncoder.RobertaMini);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
