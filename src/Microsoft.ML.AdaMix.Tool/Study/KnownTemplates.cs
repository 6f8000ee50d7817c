namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Templates and words that were published for tasks (LiST, Wang et al. 2022; LM-BFF, Gao et al. 2021), found by a task's labels. Labels
/// that are numbers mean something in tasks of known names only.
/// </summary>
internal static class KnownTemplates
{
    /// <summary>What stands for a task that is not known: words are found from its rows.</summary>
    public const string OfTexts = "{text} It was {mask}.";

    /// <inheritdoc cref="OfTexts"/>
    public const string OfPairs = "{text} ? {mask} , {pair}";

    private static readonly Known[] All =
    [
        new(OfTexts, false, ["sst2", "sst-2", "mpqa", "mr", "cr"],
            [new("great", "1", "positive", "pos"), new("terrible", "0", "negative", "neg")]),
        new("{text} This is {mask}.", false, ["subj"], [new("subjective", "0", "subjective"), new("objective", "1", "objective")]),
        new("{mask}: {text}", false, [], // its numbers differ from copy to copy
            [new("Description", null, "description", "desc"), new("Entity", null, "entity", "enty"),
                new("Expression", null, "abbreviation", "abbr"), new("Human", null, "human", "hum"),
                new("Location", null, "location", "loc"), new("Number", null, "numeric", "num")]),
        new(OfPairs, true, ["rte"], [new("Yes", "0", "entailment"), new("No", "1", "not_entailment", "not entailment")]),
        new(OfPairs, true, ["mnli"],
            [new("Yes", "0", "entailment"), new("Maybe", "1", "neutral"), new("No", "2", "contradiction")]),
        new("{text} {mask} , {pair}", true, ["qqp", "mrpc"],
            [new("Yes", "1", "duplicate", "equivalent", "paraphrase"),
                new("No", "0", "not_duplicate", "not_equivalent", "not_paraphrase")]),
    ];

    /// <summary>The template of a task, with its words where they are known.</summary>
    /// <param name="name">The task's name.</param>
    /// <param name="classes">Its labels.</param>
    /// <param name="arePairs">Whether its rows have two texts.</param>
    public static PromptTemplate For(string name, IReadOnlyList<string> classes, bool arePairs)
    {
        foreach (Known known in All.Where(known => known.ArePairs == arePairs && IsAboutAll(classes.Count, known.Words.Length)))
        {
            bool isNamed = known.Names.Contains(name, StringComparer.OrdinalIgnoreCase);
            Dictionary<string, string> words = new(StringComparer.Ordinal);
            foreach (string label in classes)
            {
                if (Array.Find(known.Words, word => word.StandsFor(label, isNamed)) is { } word)
                {
                    words.Add(label, word.Text);
                }
            }

            if (words.Count == classes.Count && words.Values.Distinct(StringComparer.Ordinal).Count() == words.Count)
            {
                return new PromptTemplate { Text = known.Text, Verbalizers = Verbalizers.From(words) };
            }
        }

        return new PromptTemplate { Text = arePairs ? OfPairs : OfTexts };
    }

    // Few rows may have none of a rare class.
    private static bool IsAboutAll(int classes, int words) => classes == words || (words > 3 && classes == words - 1);

    private sealed record Known(string Text, bool ArePairs, string[] Names, Word[] Words);

    private sealed record Word(string Text, string? Number, params string[] Labels)
    {
        public bool StandsFor(string label, bool isNamed) =>
            Labels.Contains(label, StringComparer.OrdinalIgnoreCase) || (isNamed && label == Number);
    }
}
