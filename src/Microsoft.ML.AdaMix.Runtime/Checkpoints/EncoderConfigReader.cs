using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Reads a Hugging Face <c>config.json</c> of RoBERTa or BERT, with Hugging Face's defaults for what it leaves out.</summary>
internal static class EncoderConfigReader
{
    private const int MaxSize = EncoderConfigCheck.LargestSize;
    private const double MaxDropout = EncoderConfigCheck.LargestDropout;

    private static readonly Dictionary<string, Activation> Activations = new(StringComparer.Ordinal)
    {
        ["gelu"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_python_tanh"] = Activation.GeluTanh,
        ["gelu_accurate"] = Activation.GeluTanh,
        ["gelu_10"] = Activation.Gelu10,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.Relu2,
        ["relu6"] = Activation.Relu6,
        ["leaky_relu"] = Activation.LeakyRelu,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["mish"] = Activation.Mish,
        ["laplace"] = Activation.Laplace,
        ["sigmoid"] = Activation.Sigmoid,
        ["tanh"] = Activation.Tanh,
        ["linear"] = Activation.Linear,
    };

    /// <summary>What <c>hidden_act</c> calls an activation.</summary>
    public static string NameOf(Activation activation) => Activations.First(known => known.Value == activation).Key;

    /// <summary>Parses the file's content.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="file">What errors call it.</param>
    /// <exception cref="InvalidDataException">Not JSON, an unsupported model, or a value out of range.</exception>
    public static EncoderConfig Read(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            return Read(new Values(new ConfigValues(json.Span), file), file);
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

    private static EncoderConfig Read(Values values, string file)
    {
        EncoderFamily family = values.Text("model_type", null) switch
        {
            "roberta" => EncoderFamily.Roberta,
            "bert" => EncoderFamily.Bert,
            var other => throw new InvalidDataException(
                $"The configuration '{file}' has model_type '{other ?? "(none)"}'; supported are 'roberta' and 'bert'."),
        };
        bool roberta = family == EncoderFamily.Roberta;
        Refuse(values.Text("position_embedding_type", "absolute") != "absolute", file, "position_embedding_type is not 'absolute'");
        Refuse(values.Flag("is_decoder") || values.Flag("add_cross_attention"), file,
            "it describes a decoder (is_decoder, add_cross_attention)");

        int vocabulary = values.Whole("vocab_size", null, 1, EncoderConfigCheck.MostTokens);
        string activation = values.Text("hidden_act", "gelu")!;
        EncoderConfig config = new()
        {
            Family = family,
            VocabularySize = vocabulary,
            HiddenSize = values.Whole("hidden_size", null, 1, MaxSize),
            Layers = values.Whole("num_hidden_layers", null, 1, EncoderConfigCheck.MostLayers),
            Heads = values.Whole("num_attention_heads", null, 1, MaxSize),
            IntermediateSize = values.Whole("intermediate_size", null, 1, MaxSize),
            MaxPositions = values.Whole("max_position_embeddings", 512, 1, MaxSize),
            TokenTypes = values.Whole("type_vocab_size", 2, 1, MaxSize),
            PadTokenId = values.Whole("pad_token_id", roberta ? 1 : 0, 0, vocabulary - 1),
            LayerNormEpsilon = values.Number("layer_norm_eps", 1e-12, 0, 1),
            HiddenActivation = Activations.TryGetValue(activation, out Activation known)
                ? known
                : throw new InvalidDataException(
                    $"The configuration '{file}' has hidden_act '{activation}'; supported are {string.Join(", ", Activations.Keys)}."),
            HiddenDropout = values.Number("hidden_dropout_prob", 0.1, 0, MaxDropout),
            AttentionDropout = values.Number("attention_probs_dropout_prob", 0.1, 0, MaxDropout),
            ClassifierDropout = values.Has("classifier_dropout") ? values.Number("classifier_dropout", 0, 0, MaxDropout) : null,
            InitializerRange = values.Number("initializer_range", 0.02, 0, EncoderConfigCheck.LargestInitializerRange),
        };
        Refuse(config.HiddenSize % config.Heads != 0, file,
            $"hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.Heads}");
        Refuse(config.MaxSequenceLength < EncoderConfigCheck.ShortestSequence, file,
            $"max_position_embeddings {config.MaxPositions} leaves no room for a text");

        // What a default makes of the rest, such as a pad_token_id of 1 beside a vocab_size of 1.
        string? problem = EncoderConfigCheck.FindProblem(config);
        Refuse(problem is not null, file, $"it means {problem}");
        return config;
    }

    private static void Refuse(bool condition, string file, string why)
    {
        if (condition)
        {
            throw new InvalidDataException($"The configuration '{file}' is not supported: {why}.");
        }
    }

    private readonly struct Values(ConfigValues values, string file)
    {
        public bool Has(string key) => values[key] is not null;

        public string? Text(string key, string? otherwise) => values[key] is not { } value ? otherwise
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw Wrong(key, "a string");

        public bool Flag(string key) => values[key] is { ValueKind: JsonValueKind.True };

        public int Whole(string key, int? otherwise, int least, int most) =>
            values[key] is null && otherwise is { } whole ? whole
            : values[key] is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int found)
            && found >= least && found <= most ? found
            : throw Wrong(key, $"a whole number from {least} to {most}");

        public double Number(string key, double otherwise, double least, double most) => values[key] is not { } value ? otherwise
            : value.ValueKind == JsonValueKind.Number && value.GetDouble() is double number && number >= least && number <= most ? number
            : throw Wrong(key, $"a number from {least} to {most}");

        private InvalidDataException Wrong(string key, string expected) => new(
            $"The configuration '{file}' has {key} = {values[key]?.GetRawText() ?? "(missing)"}; {expected} is expected.");
    }
}
