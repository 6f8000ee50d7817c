namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Each splits what the one before has left.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> preTokenizers) : IPreTokenizer
{
    public IReadOnlyList<IPreTokenizer> PreTokenizers => preTokenizers;

    public bool IsLocal => preTokenizers.All(preTokenizer => preTokenizer.IsLocal);

    public bool SplitsAtBlanks => preTokenizers.Any(preTokenizer => preTokenizer.SplitsAtBlanks);

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        List<Stretch> before = [stretch];
        for (int i = 0; i < preTokenizers.Count; i++)
        {
            List<Stretch> after = i == preTokenizers.Count - 1 ? parts : new(before.Count);
            foreach (Stretch part in before)
            {
                if (!part.Text.IsEmpty)
                {
                    preTokenizers[i].Split(part, after);
                }
            }

            before = after;
        }

        if (preTokenizers.Count == 0)
        {
            parts.Add(stretch);
        }
    }
}
