using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Makes of a SentencePiece model what transformers makes of it for a family.</summary>
internal static class SentencePieceReader
{
    private const double NumberWithComma = -100; // ALBERT's: such a piece is taken last

    /// <exception cref="InvalidDataException">The model is damaged or not supported.</exception>
    public static TokenizerDefinition Read(TokenizerFiles files, string name, TokenizerSettings settings)
    {
        SentencePieceFile model = SentencePieceFile.Read(files.Source, name, files.Contents[name]);
        string kind = KindOf(files, name, settings, model);
        List<(string Piece, double Score)> pieces = Pieces(model, kind);
        int unknown = kind is "XLMRoberta" or "Camembert" ? 3 : model.UnknownId;
        ModelParts parts = model.IsBytePair
            ? PieceMerges.Model(pieces, pieces[unknown].Piece, model.FallsBackToBytes, files.Source)
            : ModelReader.OfPieces(pieces, unknown, model.FallsBackToBytes, files.Source, $"{name} of '{files.Source}'");
        (List<AddedToken> added, Dictionary<string, int> declared) = OldAddedTokens.Read(
            files, settings, parts.Vocabulary.Ids, stripsMask: kind != "DebertaV2", normalizesUnknown: kind == "DebertaV2");
        AddPieces(model, added);
        if (!parts.Vocabulary.Ids.ContainsKey(settings.MaskToken) && !added.Exists(token => token.Content == settings.MaskToken))
        {
            added.Add(new AddedToken(settings.MaskToken, StripsLeft: kind != "DebertaV2"));
        }

        return TokenizerParts.Definition(
            TokenizerParts.All(
                Sequence("normalizers", Normalizers(model, kind, settings)), PreTokenizer(kind, settings),
                Template(kind, parts.Vocabulary, settings)),
            parts, (added, declared), settings);
    }

    // By the class in Python; a folder that does not name it is known by its file.
    private static string KindOf(TokenizerFiles files, string name, TokenizerSettings settings, SentencePieceFile model)
    {
        string? named = settings.TokenizerClass?.Replace("Tokenizer", string.Empty, StringComparison.Ordinal);
        return named switch
        {
            "XLMRoberta" or "Camembert" or "Albert" or "DebertaV2" or "RemBert" or "BigBird" or "XLNet" => named,
            null or "PreTrained" or "Auto" => name switch
            {
                "sentencepiece.bpe.model" => model.Pieces.Exists(piece => piece.Piece.EndsWith("NOTUSED", StringComparison.Ordinal))
                    || model.Pieces[0].Kind != SentencePieceFile.PieceKind.Unknown || settings.ClsToken != "<s>"
                    ? throw OldClasses.Unknown(files, name, "no tokenizer_class")
                    : "XLMRoberta",
                "spm.model" => "DebertaV2",
                "spiece.model" => model.IsBytePair ? "BigBird" : "Albert",
                _ => "RemBert",
            },
            _ => throw OldClasses.Unknown(files, name, $"the tokenizer_class '{settings.TokenizerClass}'"),
        };
    }

    private static List<(string Piece, double Score)> Pieces(SentencePieceFile model, string kind)
    {
        IEnumerable<(string Piece, double Score)> own = model.Pieces.Select(piece => (piece.Piece, (double)piece.Score));
        return kind switch
        {
            "XLMRoberta" => [("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), .. own.Skip(3), ("<mask>", 0)],
            "Camembert" =>
            [
                ("<s>NOTUSED", 0), ("<pad>", 0), ("</s>NOTUSED", 0), ("<unk>", 0), ("<unk>NOTUSED", -100), .. own.Skip(1), ("<mask>", 0),
            ],
            "Albert" => [.. own.Select(piece => IsNumberWithComma(piece.Piece) ? (piece.Piece, piece.Score + NumberWithComma) : piece)],
            _ => [.. own],
        };
    }

    private static bool IsNumberWithComma(string piece) => piece is [.., var digit, ','] && char.IsDigit(digit);

    private static void AddPieces(SentencePieceFile model, List<AddedToken> added)
    {
        foreach ((string piece, _, SentencePieceFile.PieceKind kind) in model.Pieces)
        {
            if (kind is SentencePieceFile.PieceKind.Control or SentencePieceFile.PieceKind.UserDefined
                && !added.Exists(token => token.Content == piece))
            {
                added.Add(new AddedToken(piece, IsSpecial: kind == SentencePieceFile.PieceKind.Control));
            }
        }
    }

    private static List<JsonObject> Normalizers(SentencePieceFile model, string kind, TokenizerSettings settings)
    {
        List<JsonObject> normalizers = [];
        if (kind is "Albert" or "RemBert" or "XLNet")
        {
            normalizers.AddRange([TokenizerParts.ReplaceText("``", "\""), TokenizerParts.ReplaceText("''", "\"")]);
            if (settings.KeepsAccents != true && kind != "RemBert")
            {
                normalizers.AddRange([TokenizerParts.Part("NFKD"), TokenizerParts.Part("StripAccents")]);
            }
        }

        if (settings.Bert.LowerCase ?? kind == "Albert")
        {
            normalizers.Add(TokenizerParts.Part("Lowercase"));
        }

        if (kind == "DebertaV2")
        {
            normalizers.Add(TokenizerParts.Part("Strip", ("strip_left", true), ("strip_right", true)));
        }

        if (model.Charsmap.Length > 0)
        {
            normalizers.Add(TokenizerParts.Part("Precompiled", ("precompiled_charsmap", Convert.ToBase64String(model.Charsmap))));
        }

        bool isPlain = kind is "XLMRoberta" or "Camembert" or "BigBird";
        if (isPlain)
        {
            normalizers.Add(TokenizerParts.Part("Strip", ("strip_left", false), ("strip_right", true)));
        }

        normalizers.Add(TokenizerParts.ReplaceBlanks(byMark: isPlain));
        return normalizers;
    }

    private static JsonObject PreTokenizer(string kind, TokenizerSettings settings) =>
        kind == "DebertaV2" && settings.SplitsByPunctuation
            ? Sequence("pretokenizers", [TokenizerParts.Part("Punctuation", ("behavior", "Isolated")), TokenizerParts.Metaspace()])
            : TokenizerParts.Metaspace();

    private static JsonObject Sequence(string key, IEnumerable<JsonObject> parts) =>
        TokenizerParts.Part("Sequence", (key, new JsonArray([.. parts])));

    private static JsonObject Template(string kind, Vocabulary vocabulary, TokenizerSettings settings)
    {
        (string Token, int Id) cls = (settings.ClsToken, vocabulary.Require("cls_token", settings.ClsToken));
        (string Token, int Id) sep = (settings.SepToken, vocabulary.Require("sep_token", settings.SepToken));
        (string c, string s) = (cls.Token, sep.Token);
        return kind switch
        {
            "XLNet" => TokenizerParts.Template($"$A:0 {s}:0 {c}:2", $"$A:0 {s}:0 $B:1 {s}:1 {c}:2", cls, sep),
            "XLMRoberta" or "Camembert" => TokenizerParts.Template(
                $"{c}:0 $A:0 {s}:0", $"{c}:0 $A:0 {s}:0 {s}:0 $B:0 {s}:0", cls, sep),
            _ => TokenizerParts.Template($"{c}:0 $A:0 {s}:0", $"{c}:0 $A:0 {s}:0 $B:1 {s}:1", cls, sep),
        };
    }
}
