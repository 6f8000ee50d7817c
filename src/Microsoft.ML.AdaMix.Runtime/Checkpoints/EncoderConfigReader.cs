using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Reads a Hugging Face <c>config.json</c>: tells its family, which reads the rest.</summary>
internal static class EncoderConfigReader
{
    /// <summary>Parses the file's content.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="file">What errors call it.</param>
    /// <param name="findType">Tells the <c>model_type</c> of the weights beside it, or null; asked where the file does not say.</param>
    /// <exception cref="InvalidDataException">Not JSON, an unsupported model, or a value out of range.</exception>
    public static EncoderConfig Read(ReadOnlyMemory<byte> json, string file, Func<string?>? findType = null)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF]; // editors of Windows write it
        json = json.Span.StartsWith(mark) ? json[mark.Length..] : json;
        try
        {
            Values values = new(new ConfigValues(json.Span), file);
            return Read(values, file, TypeOf(values, null) is null ? findType?.Invoke() : null);
        }
        catch (JsonException error) when (NotWeights.Describe(json.Span) is { } what)
        {
            throw new InvalidDataException($"'{file}' is {what}", error);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The configuration '{file}' is not valid JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // What JsonElement throws for bytes that are not UTF-8 and for half of a surrogate pair.
            throw new InvalidDataException($"The configuration '{file}' holds a string that is not Unicode text: {error.Message}", error);
        }
    }

    private static EncoderConfig Read(Values values, string file, string? fallback)
    {
        string type = TypeOf(values, fallback) ?? throw new InvalidDataException(
            $"The configuration '{file}' has no model_type, and neither its architectures nor the names of the weights say which network "
            + $"it is. Add \"model_type\": one of {Known()}.");
        FamilyDefinition family = EncoderFamilies.Find(type) ?? throw new InvalidDataException(
            $"The configuration '{file}' has model_type '{type}'; supported are {Known()}.{Hint(type)}");
        EncoderConfig config = family.ReadConfig(values.Of(type));
        Refuse(config.HiddenSize % config.Heads != 0, file,
            $"hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.Heads}");
        Refuse(config.MaxSequenceLength < EncoderConfigCheck.ShortestSequence, file,
            $"max_position_embeddings {config.MaxPositions} leaves no room for a text");

        // What a default makes of the rest, such as a pad_token_id of 1 beside a vocab_size of 1.
        string? problem = EncoderConfigCheck.FindProblem(config);
        Refuse(problem is not null, file, $"it means {problem}");
        return config;
    }

    // Old checkpoints name their class alone, or nothing.
    private static string? TypeOf(Values values, string? fallback) => values.Text("model_type", null)
        ?? (values["architectures"] is { ValueKind: JsonValueKind.Array } classes
            ? classes.EnumerateArray().Select(name => EncoderFamilies.ModelTypeOf(name.ToString())).FirstOrDefault(type => type is not null)
            : null)
        ?? fallback;

    private static string Known() => string.Join(", ", EncoderFamilies.ModelTypes.Select(type => $"'{type}'"));

    private static string Hint(string type) => type switch
    {
        "deberta" => " DeBERTa of the first version is another network; take DeBERTa-v3, for example microsoft/deberta-v3-base.",
        "gpt2" or "llama" or "mistral" or "qwen2" or "qwen3" or "gemma" or "t5" =>
            " It is a model that writes text; expected is an encoder, for example roberta-base.",
        _ => string.Empty,
    };

    private static void Refuse(bool condition, string file, string why)
    {
        if (condition)
        {
            throw new InvalidDataException($"The configuration '{file}' is not supported: {why}.");
        }
    }

    /// <param name="values">The values.</param>
    /// <param name="file">What errors call the file.</param>
    /// <param name="type">The <c>model_type</c> where it had to be found elsewhere.</param>
    private sealed class Values(ConfigValues values, string file, string? type = null) : IConfigValues
    {
        public JsonElement? this[string key] => values[key];

        public Values Of(string found) => new(values, file, found);

        public string? Text(string key, string? otherwise) => values[key] is not { } value
            ? (key == "model_type" ? type : null) ?? otherwise
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw Wrong(key, "a string");

        public bool Flag(string key, bool otherwise = false) =>
            values[key] is { } value ? value.ValueKind == JsonValueKind.True : otherwise;

        public int Whole(string key, int? otherwise, int least, int most) =>
            values[key] is null && otherwise is { } whole ? whole
            : values[key] is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int found)
            && found >= least && found <= most ? found
            : throw Wrong(key, $"a whole number from {least} to {most}");

        public double Number(string key, double otherwise, double least, double most) => values[key] is not { } value ? otherwise
            : value.ValueKind == JsonValueKind.Number && value.GetDouble() is double number && number >= least && number <= most ? number
            : throw Wrong(key, FormattableString.Invariant($"a number from {least} to {most}"));

        public Activation Activation(string key, string otherwise)
        {
            string name = Text(key, otherwise)!;
            return ActivationNames.Find(name) ?? throw new InvalidDataException(
                $"The configuration '{file}' has {key} '{name}'; supported are {string.Join(", ", ActivationNames.All)}.");
        }

        public void Refuse(bool condition, string why) => EncoderConfigReader.Refuse(condition, file, why);

        private InvalidDataException Wrong(string key, string expected) => new(
            $"The configuration '{file}' has {key} = {values[key]?.GetRawText() ?? "(missing)"}; {expected} is expected.");
    }
}
