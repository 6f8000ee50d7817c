using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Takes added tokens out of a text and has the rest encoded.</summary>
/// <param name="finder">Finds added tokens in text as it is; null if there are none.</param>
/// <param name="model">Encodes the rest.</param>
internal sealed class TokenizerPipeline(AddedTokenFinder? finder, IStretchModel model) : ISubwordModel
{
    public void Append(string text, bool goesOn, List<int> ids)
    {
        if (goesOn && (!model.KnowsUnended || finder is { CanStripRight: true }))
        {
            // What stands before such a place, read by itself, has the ids that it has in the whole text.
            int cut = model.IsLocal && finder is not { HasBlankBehindLetter: true } ? LocalText.LastCut(text) : 0;
            (text, goesOn) = (text[..cut], false);
        }

        if (text.Length == 0)
        {
            return;
        }

        Stretch whole = Stretch.Whole(text);
        if (finder is null)
        {
            model.Append(whole, goesOn, ids);
            return;
        }

        // Of a text that goes on, an added token that begins later may end beyond what is known.
        int certain = goesOn ? Math.Max(0, text.Length - finder.Longest + 1) : text.Length;
        foreach ((int start, int end, int? id) in finder.Split(text))
        {
            bool isLast = goesOn && (id is null ? end : start) >= certain;
            if (id is { } token && !isLast)
            {
                ids.Add(token);
            }
            else if (id is null && Certain(text, start, isLast ? Math.Min(end, certain) : end, isLast) is var known && known > start)
            {
                model.Append(whole.Part(start, known), isLast, ids);
            }

            if (isLast)
            {
                return;
            }
        }
    }

    // How far a part is certain: no half of a pair, and no white space that an added token behind it may take.
    private int Certain(string text, int start, int end, bool isLast)
    {
        if (!isLast || end <= start)
        {
            return end;
        }

        end -= char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        return finder!.CanStripLeft ? start + StripNormalizer.TrimEnd(text.AsSpan(start, end - start)).Length : end;
    }
}
