namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Gives the ids of one word, as a pre-tokenizer has cut it. Safe for use by many threads.</summary>
internal interface IWordModel
{
    void Append(ReadOnlySpan<char> word, List<int> ids);
}
