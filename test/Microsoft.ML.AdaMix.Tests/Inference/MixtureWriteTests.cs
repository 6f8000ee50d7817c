using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Tests.Trainers;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>Each operation of saving experts fails in each way: the old or the new mixture is there, and loads.</summary>
[TestClass]
public sealed class MixtureWriteTests
{
    [TestMethod]
    public void A_mixture_file_is_the_old_or_the_new_one_at_each_failure_and_each_kill()
    {
        MLContext ml = new(seed: 1);
        IEnumerable<Row> rows = Rows.Topics("train.tsv", 4, "animal", "food");
        IDataView view = ml.Data.LoadFromEnumerable(rows);
        IDataView data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        AdaMixOptions options = Rows.Quick() with { Epochs = 1, Mixture = new MixtureOptions { Experts = 2 } };
        using TrainedMixture old = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using TrainedMixture @new = ml.MulticlassClassification.Trainers.AdaMix(options with { Seed = 2 }).FitMixture(data);
        HashSet<string> loaded = [];

        new EveryFault
        {
            Before = folder => old.Save(folder.At("experts.safetensors")),
            Write = folder => @new.Save(folder.At("experts.safetensors")),
            Read = folder =>
            {
                string content = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder.At("experts.safetensors"))));
                if (loaded.Add(content))
                {
                    TrainedMixture.Load(ml, folder.At("experts.safetensors"), PretrainedEncoder.RobertaMini).Dispose();
                }

                return content;
            },
        }.Run();
        Assert.HasCount(2, loaded);
    }
}
