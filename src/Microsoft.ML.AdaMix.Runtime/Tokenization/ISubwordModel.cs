namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Turns text into ids without any special token around it.</summary>
internal interface ISubwordModel
{
    /// <summary>Appends the text's ids.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <param name="goesOn">
    /// Whether this is only the beginning of a text. Then those of its first ids are appended that are the same whatever follows.
    /// </param>
    /// <param name="ids">Receives the ids.</param>
    void Append(string text, bool goesOn, List<int> ids);
}
