using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public class StepWarningTests
{
    [TestMethod]
    public void Too_few_steps_for_the_experts_are_warned_of_with_the_epochs_to_take()
    {
        string warning = Warnings(Rows.Quick() with { MaxLength = 128 }).Single();

        Assert.Contains(
            "16 rows and Epochs = 1 give too few steps for 2 experts: 1, where about 75 an expert are wanted. Raise Epochs to 150 or more",
            warning);
    }

    [TestMethod]
    public void Enough_steps_are_not_warned_of()
    {
        AdaMixOptions options = new() { Method = new HeadOnlyTuning(), Epochs = 5, BatchSize = 1, MaxLength = 128, Seed = 1 };

        Assert.IsEmpty(Warnings(options)); // 80 steps, and a head is one expert
    }

    private static List<string> Warnings(AdaMixOptions options)
    {
        MLContext ml = new(seed: 1);
        List<string> warnings = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(entry.RawMessage);
            }
        };
        Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food")));
        return warnings;
    }
}
