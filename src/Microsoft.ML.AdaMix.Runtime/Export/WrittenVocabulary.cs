using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>The model and the added tokens of a tokenizer.json that is written.</summary>
internal sealed class WrittenVocabulary
{
    private readonly ModelParts _model;

    /// <param name="definition">The tokenizer as it was read.</param>
    /// <param name="hidesSpecials">Whether special tokens are left out of what is looked for in texts.</param>
    public WrittenVocabulary(TokenizerDefinition definition, bool hidesSpecials)
    {
        SortedDictionary<int, AddedToken> added = new(definition.AddedVocabulary().Tokens.ToDictionary());
        _model = definition.Model;
        if (hidesSpecials)
        {
            // In the vocabulary alone a token has an id and is no word's: words are cut at its signs, or merges make none of it.
            KeyValuePair<int, AddedToken>[] hidden = [.. added.Where(token => token.Value.IsSpecial)];
            _model = With(_model, hidden);
            Array.ForEach(hidden, token => added.Remove(token.Key));
        }

        // A tokenizer.json counts added tokens on from the vocabulary's size, older files give them any id.
        IReadOnlyDictionary<string, int> counted = new AddedVocabulary([.. added.Values], _model.Vocabulary.Ids).Ids;
        if (_model is not UnigramParts && added.Any(token => counted[token.Value.Content] != token.Key))
        {
            _model = With(_model, added);
        }

        Added = added;
        IsOwn = ReferenceEquals(_model, definition.Model);
    }

    /// <summary>The tokens that are looked for in texts, by id.</summary>
    public IReadOnlyDictionary<int, AddedToken> Added { get; }

    /// <summary>Whether the model's vocabulary is the encoder's own, so that older files beside it do not contradict it.</summary>
    public bool IsOwn { get; }

    /// <summary>Writes the model.</summary>
    /// <param name="own">The encoder's own in JSON, or null.</param>
    /// <param name="json">Where to.</param>
    public void Write(JsonElement? own, Utf8JsonWriter json)
    {
        if (own is { } model && IsOwn && IsWhole(model))
        {
            model.WriteTo(json);
        }
        else
        {
            ModelExport.Create(_model).WriteTo(json);
        }
    }

    private static ModelParts With(ModelParts model, IEnumerable<KeyValuePair<int, AddedToken>> added)
    {
        Dictionary<string, int> ids = new(model.Vocabulary.Ids, StringComparer.Ordinal);
        foreach ((int id, AddedToken token) in added)
        {
            ids[token.Content] = id;
        }

        return ids.Count == model.Vocabulary.Ids.Count
            ? model
            : model with { Vocabulary = new(model.Vocabulary.Source, ids, model.Vocabulary.Merges) };
    }

    // Defaults that are left out are not the same everywhere.
    private bool IsWhole(JsonElement json)
    {
        string[] needed = _model switch
        {
            WordPieceParts => ["type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"],
            WordLevelParts => ["type", "unk_token"],
            _ => ["type"],
        };
        return needed.All(key => json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null);
    }
}
