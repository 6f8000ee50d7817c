using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class GuessesTests
{
    // Of four rows three are said to be class 0, and the last two of them alike.
    private static readonly float[] Logits = [1, 0, 0, 3, 2, 0, 2, 0];

    [TestMethod]
    public void Of_each_class_the_surest_share_is_taken_rounded_up_in_the_order_of_the_rows()
    {
        CollectionAssert.AreEqual((int[])[1, 2], Rows(0.3));
        CollectionAssert.AreEqual((int[])[1, 2, 3], Rows(0.5));
        CollectionAssert.AreEqual((int[])[0, 1, 2, 3], Rows(1));

        static int[] Rows(double share) => [.. Guesses.From(Four(), Logits, null).Surest(share).Select(guess => guess.Row)];
    }

    [TestMethod]
    public void Probabilities_are_those_of_softmax_over_the_temperature()
    {
        Guess[] plain = Guesses.From(Four(), Logits, null).Surest(1);
        CollectionAssert.AreEqual((int[])[0, 1, 0, 0], plain.Select(guess => guess.Label).ToArray());
        Assert.AreEqual(Math.E / (Math.E + 1), plain[0].Probability, 1e-6);
        Assert.AreEqual(1 / (1 + Math.Exp(-1.5)), Guesses.From(Four(), Logits, 2).Surest(1)[1].Probability, 1e-6);
        Guess[] far = Guesses.From(new UnlabelledRows(Table(9), null), [-1000, 1000], null).Surest(1);
        Assert.AreEqual((1, 1f), (far[0].Label, far[0].Probability));
    }

    [TestMethod]
    public void Behind_rows_with_a_label_a_guess_counts_by_its_probability_its_weight_and_its_class()
    {
        TrainingRows labelled = new(Table(7, 8), [1, 0], null);
        UnlabelledRows rows = Four() with { Weights = [1, 2, 3, 4] };
        Guesses guesses = Guesses.From(rows, Logits, null);
        Guess[] taken = guesses.Surest(0.3);
        TrainingRows joined = guesses.Behind(labelled, taken, [0.5f, 10], 10);
        Assert.AreEqual(4, joined.Count);
        CollectionAssert.AreEqual((float[])[1, 0, 1, 0], joined.Targets);
        CollectionAssert.AreEqual(
            (float[])[1, 1, 10 * 2 * taken[0].Probability, 0.5f * 3 * taken[1].Probability], joined.Weights!);
        CollectionAssert.AreEqual((int[])[7, 8, 2, 3], Enumerable.Range(0, 4).Select(row => joined.Ids[row].Ids[0]).ToArray());
        TrainingRows weighted = guesses.Behind(labelled with { Weights = [5, 6] }, [], null, 10);
        CollectionAssert.AreEqual((float[])[5, 6], weighted.Weights!);
    }

    private static UnlabelledRows Four() => new(Table(1, 2, 3, 4), null);

    private static TokenTable Table(params int[] ids) => TokenTables.Create([.. ids.Select(id => new TokenIds([id], 1, 0))]);
}
