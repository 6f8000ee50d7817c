using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Which classes of Python read the older files by which rules.</summary>
internal static class OldClasses
{
    public const string Herbert = "HerbertTokenizer";

    // Those of no rules of their own: a folder that names them is read as its files and its encoder let expect.
    private static readonly string[] General = ["PreTrainedTokenizer", "AutoTokenizer"];

    private static readonly string[] WordPiece =
    [
        "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MPNetTokenizer", "FunnelTokenizer", "MobileBertTokenizer",
        "SqueezeBertTokenizer", "ConvBertTokenizer", "LayoutLMTokenizer", "LxmertTokenizer", "RetriBertTokenizer", "RealmTokenizer",
        "DPRContextEncoderTokenizer", "DPRQuestionEncoderTokenizer",
    ];

    private static readonly string[] ByteLevel =
        ["RobertaTokenizer", "LongformerTokenizer", "DebertaTokenizer", "BartTokenizer", "LEDTokenizer", "MvpTokenizer"];

    /// <summary>Whether the class reads vocab.txt, whatever lies beside it.</summary>
    public static bool ReadsWordPiece(string? tokenizerClass) => WordPiece.Contains(tokenizerClass, StringComparer.Ordinal);

    /// <summary>Refuses a class that does not read vocab.txt as BERT does.</summary>
    /// <exception cref="InvalidDataException">It is none of those.</exception>
    public static void RequireWordPiece(TokenizerFiles files, string? tokenizerClass) =>
        Require(files, tokenizerClass, "vocab.txt", WordPiece);

    /// <summary>Refuses a class that does not read vocab.json and merges.txt as RoBERTa does.</summary>
    /// <exception cref="InvalidDataException">It is none of those, or the tokens are of another kind.</exception>
    public static void RequireByteLevel(TokenizerFiles files, string? tokenizerClass, Vocabulary vocabulary)
    {
        Require(files, tokenizerClass, "vocab.json and merges.txt", ByteLevel);
        if (vocabulary.Merges.Any(merge => merge.Right.EndsWith("</w>", StringComparison.Ordinal)))
        {
            throw new InvalidDataException(
                $"merges.txt of '{files.Source}' makes tokens that end in '</w>', which are not RoBERTa's, and no {Herbert} is named. If "
                + $"they are HerBERT's, write \"tokenizer_class\": \"{Herbert}\" into tokenizer_config.json.");
        }
    }

    /// <summary>The error for a file of which is not known what a class makes of it.</summary>
    public static InvalidDataException Unknown(TokenizerFiles files, string name, string why) => new(
        $"'{files.Source}' has {name} and no tokenizer.json, and {why}, of which is not known what it makes of the file. Write a "
        + "tokenizer.json with Python: AutoTokenizer.from_pretrained(folder).save_pretrained(folder).");

    private static void Require(TokenizerFiles files, string? tokenizerClass, string file, string[] known)
    {
        if (tokenizerClass is not null && !known.Concat(General).Contains(tokenizerClass, StringComparer.Ordinal))
        {
            throw Unknown(files, file, $"the tokenizer_class '{tokenizerClass}'");
        }
    }
}
