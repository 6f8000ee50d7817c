using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Puts texts into a template: the ids that Hugging Face's tokenizer gives for the template with the text in its place, of which too long
/// texts alone are cut, never the template.
/// </summary>
/// <remarks>
/// A text is never read as part of a template, and what looks like a mask in it is plain text. All tokens are of type 0.
/// </remarks>
internal sealed class TemplateTokenizer : ITextTokenizer
{
    // Tokens that a text and a template's word beside it can be less together than apart.
    private const int JoinedTokens = 8;

    private readonly FramedTokenizer _tokenizer;
    private readonly TextTemplate _template;
    private readonly ISubwordModel _model;
    private readonly bool _maskStripsLeft;
    private readonly int[] _opening;
    private readonly int[] _closing;
    private readonly Piece[] _before;
    private readonly Piece[] _after;

    /// <exception cref="InvalidDataException">The template is none.</exception>
    public TemplateTokenizer(FramedTokenizer tokenizer, TextTemplate template)
    {
        _tokenizer = tokenizer;
        _template = template;
        _model = tokenizer.InTemplates;
        _maskStripsLeft = tokenizer.Special.Mask?.StripsLeft == true;
        TemplateText text = TemplateText.Parse(template.Text);
        _before = Pieces(text.Before, isBeforeMask: true);
        _after = Pieces(text.After, isBeforeMask: false);
        (_opening, _closing) = tokenizer.Frame.AroundText();
        Tokens = _opening.Length + _closing.Length + template.Masks + _before.Concat(_after).Sum(piece => piece.Ids.Length);
    }

    public int PadId => _tokenizer.PadId;

    public int VocabularySize => _tokenizer.VocabularySize;

    public int? MaxLength => _tokenizer.MaxLength;

    /// <summary>Tokens of the template itself, special ones included.</summary>
    public int Tokens { get; }

    /// <summary>
    /// The ids of a word at the mask: behind a blank, as in <c>It was {mask}</c>, unless the template has something else right before.
    /// </summary>
    public static int[] WordIds(FramedTokenizer tokenizer, TemplateText template, string word)
    {
        bool isJoined = template.Before is [.., { Place: TemplatePlace.Literal, Literal: [.., var last] }] && !char.IsWhiteSpace(last);
        List<int> ids = [];
        tokenizer.Words.Append(WellFormed.Text(isJoined ? word : " " + word), goesOn: false, ids);
        return [.. ids];
    }

    /// <summary>The word that a token of the vocabulary is at the mask; null where it is none, or no word of letters.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="template">The template.</param>
    /// <param name="token">The token.</param>
    /// <param name="id">Its id.</param>
    public static string? WordOf(FramedTokenizer tokenizer, TemplateText template, string token, int id)
    {
        string? word = tokenizer.TextOf(token)?.TrimStart(' ');
        return word is { Length: > 1 } && word.All(char.IsLetter) && WordIds(tokenizer, template, word) is [var only] && only == id
            ? word
            : null;
    }

    public TokenIds Encode(string text, string? pair, int maxLength)
    {
        int share = _template.Share(maxLength);
        int room = share - Tokens;
        if (room < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength,
                $"The template {Quoted.Of(_template.Text)} alone needs {Tokens} tokens; the maximum length must leave that for each text.");
        }

        string first = Blank(TemplatePlace.Text) + text;
        string? second = pair is null ? null : Blank(TemplatePlace.Pair) + pair;
        (TextBeginning a, TextBeginning b) = TextBeginning.ReadBoth(_model, first, second, room);
        if (a.IsWhole && b.IsWhole && a.Count + b.Count <= room + JoinedTokens
            && Frame(Whole(_before, text, pair, _maskStripsLeft), Whole(_after, text, pair, trimEnd: false)) is var whole
            && whole.Count <= share)
        {
            return Behind(whole, 0);
        }

        (int firstLength, int secondLength) = FramedTokenizer.LongestFirst(a.Count, b.Count, room);
        int cut = a.Expected - firstLength + b.Expected - secondLength;
        List<int> Cut(Piece[] pieces) =>
        [
            .. pieces.SelectMany(piece => piece.Place switch
            {
                TemplatePlace.Text => a.Ids.Take(firstLength),
                TemplatePlace.Pair => b.Ids.Take(secondLength),
                _ => piece.Ids,
            }),
        ];
        return Behind(Frame(Cut(_before), Cut(_after)), cut);
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public TokenIds[] EncodeWindows(string text, string? pair, int maxLength, TextWindows windows) => throw new NotSupportedException(
        $"The template {Quoted.Of(_template.Text)} reads no windows: its mask stands once in a text.");

    private TokenIds Behind(List<int> ids, int cut)
    {
        int[] all = [.. ids, .. (_template.Demonstrations ?? []).SelectMany(demonstration => demonstration)];
        return new TokenIds(all, all.Length, cut);
    }

    private List<int> Frame(List<int> before, List<int> after) =>
    [
        .. _opening, .. before, .. Enumerable.Repeat(_template.MaskId, _template.Masks), .. after, .. _closing,
    ];

    private List<int> Whole(Piece[] pieces, string text, string? pair, bool trimEnd)
    {
        string all = string.Concat(pieces.Select(piece => piece.Place switch
        {
            TemplatePlace.Text => text,
            TemplatePlace.Pair => pair ?? string.Empty,
            _ => piece.Literal,
        }));
        List<int> ids = [];
        all = WellFormed.Text(trimEnd ? all.TrimEnd() : all);
        if (all.Length > 0)
        {
            _model.Append(all, goesOn: false, ids);
        }

        return ids;
    }

    private string Blank(TemplatePlace place) =>
        _before.Concat(_after).FirstOrDefault(piece => piece.Place == place) is { } found ? found.Blank : string.Empty;

    // Byte-level tokens have the blank before a word in them: a blank at the end of a literal goes with the text behind it.
    private Piece[] Pieces(IReadOnlyList<TemplatePart> parts, bool isBeforeMask)
    {
        Piece[] pieces = new Piece[parts.Count];
        string blank = string.Empty;
        for (int index = 0; index < pieces.Length; index++)
        {
            TemplatePart part = parts[index];
            string own = part.Literal;
            bool isLast = index == pieces.Length - 1;
            string kept = own.Length > 0 && (!isLast || (isBeforeMask && _maskStripsLeft)) ? own.TrimEnd() : own;
            List<int> ids = [];
            if (kept.Length > 0)
            {
                _model.Append(WellFormed.Text(kept), goesOn: false, ids);
            }

            pieces[index] = new Piece(part.Place, own, [.. ids], blank);
            blank = own[kept.Length..];
        }

        return pieces;
    }

    /// <param name="Place">What it is.</param>
    /// <param name="Literal">The template's own words, whole.</param>
    /// <param name="Ids">Of its own words by themselves.</param>
    /// <param name="Blank">Of a text: what the words before leave to it.</param>
    private sealed record Piece(TemplatePlace Place, string Literal, int[] Ids, string Blank);
}
