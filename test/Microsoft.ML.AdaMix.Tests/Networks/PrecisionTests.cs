using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

[TestClass]
public sealed class PrecisionTests
{
    [TestMethod]
    public void Bfloat16_gives_the_states_of_float32_within_its_rounding()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        LoadedEncoder loaded = PretrainedEncoder.RobertaMini.Load();
        ITextTokenizer tokenizer = TextTokenizer.Create(loaded.Tokenizer, loaded.Config.Family, specialTokensInText: false);
        TokenIds[] rows = [.. Rows.Topics("test.tsv", 12).Select(row => tokenizer.Encode(row.Text!, null, 64))];
        using EncoderBatch batch = EncoderBatch.Pad(rows, loaded.Config, CPU);
        using FrozenEncoder exact = new(loaded, CPU);
        using FrozenEncoder rounded = new(loaded, CPU, ScalarType.BFloat16);
        float[] expected = exact.Forward(batch, NoTuning.Instance, null).ToArray();
        float[] actual = rounded.Forward(batch, NoTuning.Instance, null).ToArray();
        double error = Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow((double)a - b, 2)).Average());
        double size = Math.Sqrt(expected.Average(value => Math.Pow(value, 2)));
        Assert.IsLessThan(0.02, error / size);
        Assert.IsGreaterThan(0, error, "the two types do differ");
    }

    [TestMethod]
    public void A_given_type_is_taken_and_Auto_takes_one_of_the_two_the_same_as_long_as_the_process_lives()
    {
        Assert.AreEqual(ScalarType.Float32, MachinePrecision.Choose(TrainingPrecision.Float32, CPU));
        Assert.AreEqual(ScalarType.BFloat16, MachinePrecision.Choose(TrainingPrecision.BFloat16, CPU));
        ScalarType first = MachinePrecision.Choose(TrainingPrecision.Auto, CPU);
        Assert.Contains(first, (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16]);
        Parallel.For(0, 20, _ => Assert.AreEqual(first, MachinePrecision.Choose(TrainingPrecision.Auto, CPU)));
        Assert.AreEqual(ScalarType.Float32, MachinePrecision.States(ScalarType.BFloat16, CPU), "what is trained on a CPU is float32");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Training_in_bfloat16_is_repeatable_and_learns()
    {
        if (MachinePrecision.Choose(TrainingPrecision.Auto, CPU) != ScalarType.BFloat16)
        {
            Assert.Inconclusive("This processor has no fast bfloat16; a training in it takes minutes here.");
        }

        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 48, "animal", "food"));
        float[][] Scores()
        {
            AdaMixOptions options = Rows.Quick() with { Epochs = 3, Precision = TrainingPrecision.BFloat16 };
            ITransformer model = Rows.Pipeline(ml, options).Fit(data);
            Assert.IsGreaterThan(0.8, ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
            return [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(model.Transform(data), "Score")];
        }

        float[][] first = Scores();
        float[][] second = Scores();
        for (int row = 0; row < first.Length; row++)
        {
            Golden.AssertClose(first[row], second[row], 0, FormattableString.Invariant($"row {row}"));
        }
    }
}
