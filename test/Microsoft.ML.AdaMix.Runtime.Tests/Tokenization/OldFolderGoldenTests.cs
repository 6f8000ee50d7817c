using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Folders whose older files alone give all lines of the tokenizer.json that was made of them.</summary>
[TestClass]
public sealed class OldFolderGoldenTests
{
    [TestMethod]
    [DataRow("herbert", true)]
    [DataRow("herbert", false)]
    [DataRow("deberta-v3", true)]
    [DataRow("deberta-v3", false)]
    public void Older_files_alone_give_the_lines_of_the_tokenizer_json(string folder, bool specialTokensInText)
    {
        string path = GeneralGoldens.Path(folder);
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(
            GeneralGoldens.Files(path, name => name != "tokenizer.json"), GeneralGoldens.Family(path), specialTokensInText);
        GeneralGoldens.Compare(tokenizer, path, specialTokensInText ? ["ids"] : ["ids_specials_never", "ids_specials_as_text", "ids"]);
    }

    [TestMethod]
    public void The_unknown_token_of_DeBERTa_is_found_behind_normalizing()
    {
        string path = GeneralGoldens.Path("deberta-v3");
        int[][] ids = [.. ((bool[])[true, false]).Select(hasJson => TextTokenizer.CreateFramed(
            GeneralGoldens.Files(path, name => hasJson || name != "tokenizer.json"), GeneralGoldens.Family(path), specialTokensInText: true)
            .Encode("hello [UNK] world", null, 100).Ids)];
        CollectionAssert.AreEqual(ids[0], ids[1]);
    }
}
