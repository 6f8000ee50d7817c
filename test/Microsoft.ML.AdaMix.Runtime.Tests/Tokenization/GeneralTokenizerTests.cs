using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Tokenizers of all kinds against Hugging Face's Rust library.</summary>
[TestClass]
public sealed class GeneralTokenizerTests
{
    public static IEnumerable<string[]> Folders => GeneralGoldens.Folders;

    public static IEnumerable<string[]> FoldersWithPlainSpecials => GeneralGoldens.FoldersWithPlainSpecials;

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Every_line_gives_the_same_ids_and_types_with_special_tokens_as_such(string folder) => Compare(folder, true);

    [TestMethod]
    [DynamicData(nameof(FoldersWithPlainSpecials))]
    public void Every_line_gives_the_same_ids_where_no_text_can_forge_special_tokens(string folder) => Compare(folder, false);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void SentencePiece_model_alone_gives_what_it_is_converted_to(bool specialTokensInText) => Compare(
        "xlm-roberta", specialTokensInText, "lines-from-model.jsonl", name => name != "tokenizer.json");

    private static void Compare(
        string folder, bool specialTokensInText, string lines = "lines.jsonl", Func<string, bool>? isUsed = null)
    {
        string path = GeneralGoldens.Path(folder);
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(
            GeneralGoldens.Files(path, isUsed), GeneralGoldens.Family(path), specialTokensInText);
        GeneralGoldens.Compare(
            tokenizer, path, specialTokensInText ? ["ids"] : ["ids_specials_never", "ids_specials_as_text", "ids"], lines);
    }
}
