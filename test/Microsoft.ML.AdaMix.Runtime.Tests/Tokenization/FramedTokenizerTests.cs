using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class FramedTokenizerTests
{
    private static ITextTokenizer Roberta { get; } = TextTokenizer.Create(
        TinyTokenizers.Roberta("{}"), EncoderFamily.Roberta, specialTokensInText: false);

    private static ITextTokenizer Bert { get; } = TextTokenizer.Create(
        TinyTokenizers.Bert("{}", "a", "b", "##a"), EncoderFamily.Bert, specialTokensInText: false);

    [TestMethod]
    public void RoBERTa_frames_a_text_and_a_pair_and_has_one_type()
    {
        (int a, int b) = (5 + 'a', 5 + 'b');
        AssertTokens([0, a, 2], 3, Roberta.Encode("a", null, 10));
        AssertTokens([0, a, 2, 2, b, 2], 6, Roberta.Encode("a", "b", 10));
        AssertTokens([0, a, 2, 2, 2], 5, Roberta.Encode("a", "", 10));
        AssertTokens([0, 2], 2, Roberta.Encode("", null, 10));
        AssertTokens([0, 2, 2, 2], 4, Roberta.Encode("", "", 4));
    }

    [TestMethod]
    public void BERT_frames_a_text_and_a_pair_whose_second_part_is_of_type_1()
    {
        AssertTokens([2, 5, 3], 3, Bert.Encode("a", null, 10));
        AssertTokens([2, 5, 3, 6, 3], 3, Bert.Encode("a", "b", 10));
        AssertTokens([2, 5, 3, 3], 3, Bert.Encode("a", "", 10));
        AssertTokens([2, 3], 2, Bert.Encode("", null, 10));
        AssertTokens([2, 3, 3], 2, Bert.Encode("", "", 3));
    }

    [TestMethod]
    public void A_text_that_is_too_long_loses_its_tail()
    {
        AssertTokens([2, 5, 6, 3], 4, Bert.Encode("a b a", null, 4));
        AssertTokens([2, 3], 2, Bert.Encode("a b a", null, 2));
        AssertTokens([2, 5, 3, 6, 3], 3, Bert.Encode("a b a", "b a b", 5));
    }

    [TestMethod]
    [DataRow(1, null, 2)]
    [DataRow(0, null, 2)]
    [DataRow(-1, null, 2)]
    [DataRow(2, "b", 3)]
    public void A_maximum_below_the_special_tokens_is_refused_with_the_least(int maxLength, string? pair, int least)
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Bert.Encode("a", pair, maxLength));
        Assert.AreEqual("maxLength", error.ParamName);
        Assert.Contains($"need {least} tokens", error.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Roberta.Encode("a", "b", 3));
        Assert.HasCount(4, Roberta.Encode("a", "b", 4).Ids);
    }

    // First, second, room, what stays of each: by the rules of Hugging Face's tokenizers (Rust), whose ties differ from the older Python
    // ones.
    [TestMethod]
    [DataRow(5, 3, 10, 5, 3)]
    [DataRow(5, 3, 8, 5, 3)]
    [DataRow(5, 3, 7, 4, 3)]
    [DataRow(3, 5, 7, 3, 4)]
    [DataRow(5, 5, 7, 3, 4)]
    [DataRow(6, 5, 7, 4, 3)]
    [DataRow(5, 6, 7, 3, 4)]
    [DataRow(10, 1, 4, 3, 1)]
    [DataRow(1, 10, 4, 1, 3)]
    [DataRow(2, 9, 4, 2, 2)]
    [DataRow(3, 9, 5, 2, 3)]
    [DataRow(9, 3, 5, 3, 2)]
    [DataRow(9, 8, 4, 2, 2)]
    [DataRow(0, 9, 4, 0, 4)]
    [DataRow(9, 0, 4, 4, 0)]
    [DataRow(9, 9, 1, 0, 1)]
    [DataRow(10, 9, 1, 1, 0)]
    [DataRow(9, 9, 0, 0, 0)]
    public void Longest_first_keeps_what_the_reference_keeps(int first, int second, int room, int firstKept, int secondKept) =>
        Assert.AreEqual((firstKept, secondKept), FramedTokenizer.LongestFirst(first, second, room));

    [TestMethod]
    public void Longest_first_fills_the_room_and_is_symmetric_but_for_the_odd_token()
    {
        for (int first = 0; first < 12; first++)
        {
            for (int second = 0; second < 12; second++)
            {
                for (int room = 0; room < 26; room++)
                {
                    (int a, int b) = FramedTokenizer.LongestFirst(first, second, room);
                    Assert.AreEqual(Math.Min(first + second, room), a + b, $"{first}, {second}, {room}");
                    Assert.IsTrue(a >= 0 && a <= first && b >= 0 && b <= second, $"{first}, {second}, {room}");
                    Assert.IsTrue(
                        first == second || FramedTokenizer.LongestFirst(second, first, room) == (b, a), $"{first}, {second}, {room}");
                }
            }
        }
    }

    private static void AssertTokens(int[] ids, int secondStart, TokenIds found)
    {
        CollectionAssert.AreEqual(ids, found.Ids, string.Join(", ", found.Ids));
        Assert.AreEqual(secondStart, found.SecondStart);
    }
}
