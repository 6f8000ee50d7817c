using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

[TestClass]
public sealed class SweepTests
{
    private static string Content => Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content");

    [TestMethod]
    public void While_the_encoder_is_held_trials_after_the_first_do_not_read_it_and_train_the_same()
    {
        string folder = Directory.CreateTempSubdirectory("adamix-sweep").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(Content))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            PretrainedEncoder encoder = PretrainedEncoder.FromFolder(folder);
            float[] first;
            using (encoder.KeepInMemory())
            {
                first = Trial(encoder);
                File.Delete(Path.Combine(folder, "config.json")); // a second reading would fail
                for (int trial = 2; trial <= 3; trial++)
                {
                    Forget();
                    CollectionAssert.AreEqual(first, Trial(encoder));
                }
            }

            Forget();
            Assert.ThrowsExactly<FileNotFoundException>(() => Trial(encoder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void While_the_encoder_is_held_trials_after_the_first_tokenise_nothing()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Content); // no other test holds it
        using (encoder.KeepInMemory())
        {
            TokenCache cache = (TokenCache)encoder.KeptTokens(() => new TokenCache(1 << 16))!;
            Trial(encoder);
            int texts = cache.Count;
            Trial(encoder);

            Assert.AreEqual(16, texts);
            Assert.AreEqual(texts, cache.Count);
            Assert.AreSame(cache, encoder.KeptTokens(() => new TokenCache(1 << 16)));
        }

        Assert.IsNull(encoder.KeptTokens(() => new TokenCache(1 << 16)));
    }

    // As AutoML does it: a context, an estimator and a model of its own, which is gone afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float[] Trial(PretrainedEncoder encoder)
    {
        MLContext ml = new(seed: 1);
        AdaMixOptions options = Rows.Quick() with { Encoder = encoder };
        IDataView rows = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        ITransformer model = Rows.Pipeline(ml, options).Fit(rows);
        float[] scores = [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score)];
        (model as IDisposable)?.Dispose();
        return scores;
    }

    private static void Forget()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
