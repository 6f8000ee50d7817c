using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Normalizes text, and takes out of it the added tokens that are looked for in normalized text.</summary>
internal sealed class NormalizedStage(INormalizer? normalizer, AddedTokenFinder? finder, IStretchModel words) : IStretchModel
{
    public bool IsLocal => normalizer is not { IsLocal: false } && finder is not { HasBlankBehindLetter: true } && words.IsLocal;

    public bool KnowsUnended => false;

    public void Append(Stretch stretch, bool goesOn, List<int> ids)
    {
        Stretch normalized = normalizer?.Normalize(stretch) ?? stretch;
        if (normalized.Text.IsEmpty)
        {
            return;
        }

        if (finder is null)
        {
            words.Append(normalized, goesOn: false, ids);
            return;
        }

        foreach ((int start, int end, int? id) in finder.Split(normalized.Span))
        {
            if (id is { } token)
            {
                ids.Add(token);
            }
            else if (end > start)
            {
                words.Append(normalized.Part(start, end), goesOn: false, ids);
            }
        }
    }
}
