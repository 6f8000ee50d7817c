using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public class TokenCacheTests
{
    private static readonly TextInput Input = new(16, SpecialTokensInText: false);

    [TestMethod]
    public void A_token_cache_gives_back_the_ids_that_were_added_first()
    {
        TokenCache cache = new(100);
        UInt128 key = TokenCache.Key(Input, "a b", "c");
        Assert.IsNull(cache.Find(key));

        cache.Add(key, [new TokenIds([0, 5, 6, 2], 3)]);
        cache.Add(key, [new TokenIds([0, 7, 2], 3)]);

        TokenIds found = cache.Find(key)!.Single();
        CollectionAssert.AreEqual(new[] { 0, 5, 6, 2 }, found.Ids);
        Assert.AreEqual(3, found.SecondStart);
        Assert.AreEqual(1, cache.Count);
    }

    [TestMethod]
    public void Whatever_changes_the_ids_changes_the_key()
    {
        UInt128[] keys =
        [
            TokenCache.Key(Input, "a b", null),
            TokenCache.Key(Input, "a b", ""),
            TokenCache.Key(Input, "a ", "b"),
            TokenCache.Key(Input, "a", " b"),
            TokenCache.Key(Input, "", "a b"),
            TokenCache.Key(Input, "A b", null),
            TokenCache.Key(Input with { MaxLength = 17 }, "a b", null),
            TokenCache.Key(Input with { SpecialTokensInText = true }, "a b", null),
            TokenCache.Key(Input with { Windows = new TextWindows(2, WindowCombination.MaxLogits, 4) }, "a b", null),
            TokenCache.Key(Input with { Windows = new TextWindows(3, WindowCombination.MaxLogits, 4) }, "a b", null),
            TokenCache.Key(Input with { Windows = new TextWindows(2, WindowCombination.MaxLogits, 5) }, "a b", null),
        ];

        Assert.HasCount(keys.Length, keys.Distinct());
        Assert.AreEqual(keys[0], TokenCache.Key(new TextInput(16, SpecialTokensInText: false), "a b", null));
    }

    [TestMethod]
    public void When_it_is_full_it_keeps_what_it_has_and_takes_no_more()
    {
        TokenCache cache = new(100, mostBytes: 1000);
        for (int text = 0; text < 100; text++)
        {
            cache.Add(TokenCache.Key(Input, $"{text}", null), [new TokenIds([0, text, 2], 3)]);
        }

        Assert.IsInRange(5, 20, cache.Count);
        Assert.IsNotNull(cache.Find(TokenCache.Key(Input, "0", null)));
        Assert.IsNull(cache.Find(TokenCache.Key(Input, "99", null)));
    }

    [TestMethod]
    public void A_token_cache_can_be_used_by_many_threads_at_once()
    {
        TokenCache cache = new(1000);
        Parallel.For(0, 10_000, i =>
        {
            int text = i % 500;
            UInt128 key = TokenCache.Key(Input, $"{text}", null);
            if (cache.Find(key) is { } found)
            {
                Assert.AreEqual(text, found.Single().Ids[1]);
            }

            cache.Add(key, [new TokenIds([0, text, 2], 3)]);
        });

        Assert.AreEqual(500, cache.Count);
    }
}
