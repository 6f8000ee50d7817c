using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Tokenizers of all kinds against Hugging Face's Rust library.</summary>
[TestClass]
public sealed class GeneralTokenizerTests
{
    private const string ModelLines = "lines-from-model.jsonl";

    public static IEnumerable<string[]> Folders => GeneralGoldens.Folders;

    public static IEnumerable<string[]> FoldersWithPlainSpecials => GeneralGoldens.FoldersWithPlainSpecials;

    public static IEnumerable<object[]> FoldersWithModels =>
        from folder in GeneralGoldens.FoldersWith(ModelLines)
        from specialTokensInText in (bool[])[true, false]
        select (object[])[folder[0], specialTokensInText];

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Every_line_gives_the_same_ids_and_types_with_special_tokens_as_such(string folder) => Compare(folder, true);

    [TestMethod]
    [DynamicData(nameof(FoldersWithPlainSpecials))]
    public void Every_line_gives_the_same_ids_where_no_text_can_forge_special_tokens(string folder) => Compare(folder, false);

    [TestMethod]
    [DynamicData(nameof(FoldersWithModels))]
    public void SentencePiece_model_alone_gives_what_it_is_converted_to(string folder, bool specialTokensInText) => Compare(
        folder, specialTokensInText, ModelLines, name => name != "tokenizer.json");

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
