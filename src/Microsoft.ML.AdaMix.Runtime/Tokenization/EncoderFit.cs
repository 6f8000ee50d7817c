using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Frames;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Whether an encoder can work with a tokenizer.</summary>
internal static class EncoderFit
{
    private const int MostSpecialTokens = 8;
    private const int PaddedRows = 128; // embeddings are made a multiple of this at most
    private const int DoubtedSparePercent = 10;
    private const int SparePercent = 1; // for tokens to come

    /// <exception cref="InvalidDataException">It cannot.</exception>
    public static void Check(FramedTokenizer tokenizer, LoadedEncoder encoder)
    {
        _ = tokenizer.PadId;
        string source = tokenizer.Vocabulary.Source;
        if (Frame.Count(tokenizer.Frame.Single) == 0)
        {
            throw new InvalidDataException(
                $"The tokenizer of '{source}' puts no special token around a text (post_processor of tokenizer.json), so that an empty "
                + "text has no token. Add a post_processor, as the encoder was trained with one.");
        }

        int most = Math.Max(Frame.Count(tokenizer.Frame.Single), Frame.Count(tokenizer.Frame.Pair));
        if (most > MostSpecialTokens)
        {
            throw new InvalidDataException(
                $"The tokenizer of '{source}' puts {most} special tokens around texts (post_processor of tokenizer.json); at most "
                + $"{MostSpecialTokens} are supported.");
        }

        if (!AreOrdered(tokenizer.Frame.Single) || !AreOrdered(tokenizer.Frame.Pair))
        {
            throw new InvalidDataException(
                $"The tokenizer of '{source}' has tokens of other types than 0 first and then 1 (post_processor of tokenizer.json), which "
                + "is not supported.");
        }

        RefuseCut(tokenizer, encoder);
    }

    /// <summary>Whether an encoder has far more embeddings than its tokenizer has tokens, so that some of these may be missing.</summary>
    /// <remarks>Some are to spare, and a tokenizer.json cannot be cut off unseen: that is doubted, not refused.</remarks>
    public static bool LacksTokens(FramedTokenizer tokenizer, LoadedEncoder encoder) =>
        Spare(tokenizer, encoder) > encoder.Config.VocabularySize * DoubtedSparePercent / 100;

    private static int Spare(FramedTokenizer tokenizer, LoadedEncoder encoder) =>
        encoder.Config.VocabularySize - tokenizer.VocabularySize;

    private static bool AreOrdered(IReadOnlyList<FrameItem> items)
    {
        int[] types = [.. items.Select(item => item.Type)];
        return types.SequenceEqual(types.Order()) && types.All(type => type is 0 or 1);
    }

    // A vocab.txt that was cut off can be read; what is missing are the encoder's last tokens. Embeddings without a token are there for two
    // reasons. They are padded to a multiple of 8, 64 or 128, so that fewer are spare than the power of two which their number is a
    // multiple of: 30,528 of 30,522 tokens, but none of 30,522. Or there are some for tokens to come, which are few beside all. Tokens that
    // were added stand in other files, and are counted.
    private static void RefuseCut(FramedTokenizer tokenizer, LoadedEncoder encoder)
    {
        if (encoder.Tokenizer.Contents.ContainsKey("tokenizer.json")
            || !encoder.Tokenizer.Contents.TryGetValue("vocab.txt", out byte[]? lines))
        {
            return;
        }

        int rows = encoder.Config.VocabularySize;
        int padding = Math.Min(PaddedRows, rows & -rows) - 1;
        int toCome = rows * SparePercent / 100;
        bool endsInLine = lines.Length > 0 && lines[^1] != (byte)'\n';
        int most = Math.Max(padding, endsInLine ? Math.Min(toCome, PaddedRows) : toCome);
        if (Spare(tokenizer, encoder) > most)
        {
            throw new InvalidDataException(
                $"vocab.txt of '{tokenizer.Vocabulary.Source}' has {Counts.Of(tokenizer.VocabularySize, "token")}, config.json says that "
                + $"the encoder has {rows} (vocab_size), of which {most} may be spare: vocab.txt is cut off, or belongs to another "
                + "encoder. Fetch it again.");
        }
    }
}
