using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Reading;

/// <summary>What training says of its texts and of an encoder that cannot read them, before the first step.</summary>
[TestClass]
public sealed class InputLimitTests
{
    private const string Long = "the cat sat on the mat and looked at the moon for a long time before it went to sleep";

    [TestMethod]
    public void Cut_texts_are_told_with_their_share_of_tokens_and_the_remedy_before_training_begins()
    {
        List<string> heard = [];
        Row[] rows = [new() { Label = "a", Text = Long }, new() { Label = "b", Text = "short" }, new() { Label = "a", Text = "a dog" }];
        Fit(heard, Rows.Quick() with { MaxLength = 10 }, rows, rows[..2]);
        int told = heard.FindIndex(
            line => line.StartsWith("Of the training rows, 1 of 3 texts is longer than 10 tokens; about ", StringComparison.Ordinal));
        Assert.IsGreaterThanOrEqualTo(0, told, string.Join('\n', heard));
        Assert.Contains("% of all tokens are cut. A MaxLength of more than 10, up to 512, reads more of them", heard[told]);
        Assert.IsTrue(heard.Exists(line => line.StartsWith("Of the validation rows, 1 of 2 texts is", StringComparison.Ordinal)));
        Assert.IsLessThan(heard.IndexOf("progress"), told);
    }

    [TestMethod]
    public void Texts_that_fit_are_not_spoken_of()
    {
        List<string> heard = [];
        Fit(heard, Rows.Quick(), [new() { Label = "a", Text = "a cat" }, new() { Label = "b", Text = "short" }]);
        Assert.IsFalse(heard.Exists(line => line.Contains("longer than", StringComparison.Ordinal)), string.Join('\n', heard));
    }

    [TestMethod]
    public void Texts_that_an_earlier_training_read_are_counted_again()
    {
        using IDisposable kept = PretrainedEncoder.RobertaMini.KeepInMemory();
        for (int training = 0; training < 2; training++)
        {
            List<string> heard = [];
            Fit(heard, Rows.Quick() with { MaxLength = 10 }, [new() { Label = "a", Text = Long }, new() { Label = "b", Text = "short" }]);
            Assert.IsTrue(heard.Exists(line => line.Contains("1 of 2 texts", StringComparison.Ordinal)), $"training {training + 1}");
        }
    }

    private static void Fit(List<string> heard, AdaMixOptions options, Row[] rows, Row[]? validation = null)
    {
        MLContext ml = new(1);
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                heard.Add(entry.RawMessage);
            }
        };
        Rows.Pipeline(ml, options, validation is null ? null : ml.Data.LoadFromEnumerable(validation), new Listener(heard)).Fit(
            ml.Data.LoadFromEnumerable(rows));
    }

    private sealed class Listener(List<string> heard) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => heard.Add("progress");
    }
}
