using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The tuning method and its own options.</summary>
internal sealed class MethodArguments
{
    private static readonly Dictionary<string, EncoderMatrices> MatrixNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["query"] = EncoderMatrices.Query,
        ["key"] = EncoderMatrices.Key,
        ["value"] = EncoderMatrices.Value,
        ["attention-output"] = EncoderMatrices.AttentionOutput,
        ["intermediate"] = EncoderMatrices.Intermediate,
        ["output"] = EncoderMatrices.Output,
        ["all"] = EncoderMatrices.All,
    };

    private readonly Option<string?> _method = Choices.OfWords("--method", "NAME", $"How the encoder is tuned: {string.Join(", ", MethodNames.All)}. Default: adapter, AdaMix's own.", MethodNames.All);
    private readonly Option<int?> _bottleneck = Choices.Count("--bottleneck", "Adapters: width of the bottleneck. Default: 16.");
    private readonly Option<AdapterActivation?> _activation = Choices.OfEnum<AdapterActivation>("--activation", "Adapters: the nonlinearity. Default: the method's own.");
    private readonly Option<double?> _scale = Choices.Number("--scale", "NUMBER", "Adapters: factor of what an adapter adds. Default: 4 for parallel, otherwise 1.");
    private readonly Option<int?> _rank = Choices.Count("--rank", "LoRA: rank of the updates. Default: 8.");
    private readonly Option<double?> _alpha = Choices.Number("--alpha", "NUMBER", "LoRA: the updates are scaled by alpha / rank. Default: 16.");
    private readonly Option<bool> _rankStabilized = new("--rank-stabilized") { Description = "LoRA: scales by alpha / √rank instead (rsLoRA)." };
    private readonly Option<double?> _loraDropout = Choices.Number("--lora-dropout", "P", "LoRA: dropout on the updates' input. Default: 0.");
    private readonly Option<EncoderMatrices?> _matrices = new("--matrices") { HelpName = "LIST", Description = $"LoRA, IA3: which matrices are tuned, of {string.Join(", ", MatrixNames.Keys)}; separated by commas. Default: query,value for LoRA; key,value,intermediate for IA3." };
    private readonly Option<string?> _layers = new("--layers") { HelpName = "FROM..TO", Description = "Adapters, LoRA, IA3, prefix: which layers are tuned, the last one left out; 6..12 is the upper half of twelve. Default: all." };
    private readonly Option<int?> _tokens = Choices.Count("--tokens", "Prefix, prompt: number of virtual tokens. Default: 20.");
    private readonly Option<Reparameterization?> _reparameterization = Choices.OfEnum<Reparameterization>("--reparameterization", "Prefix, prompt: the network they come from while training; lstm for prompt only. Default: none.");
    private readonly Option<int?> _reparameterizationSize = Choices.Count("--reparameterization-size", "Prefix, prompt: width of that network. Default: the encoder's hidden size.");

    public MethodArguments()
    {
        _matrices.CustomParser = result =>
        {
            EncoderMatrices matrices = EncoderMatrices.None;
            foreach (string name in Choices.Split(result.Tokens[0].Value))
            {
                if (!MatrixNames.TryGetValue(name, out EncoderMatrices matrix))
                {
                    result.AddError($"--matrices names '{name}'; expected some of {string.Join(", ", MatrixNames.Keys)}.");
                    return null;
                }

                matrices |= matrix;
            }

            return matrices;
        };
        _layers.Validators.Add(result =>
        {
            try
            {
                _ = result.GetValue(_layers) is { } layers ? LayerRange.Parse(layers) : default;
            }
            catch (ArgumentException error)
            {
                result.AddError(error.Message);
            }
        });
    }

    public IEnumerable<Option> All => [_method, .. Own];

    public IEnumerable<Option> Own => [_bottleneck, _activation, _scale, _rank, _alpha, _rankStabilized, _loraDropout, _matrices, _layers, _tokens, _reparameterization, _reparameterizationSize];

    public MethodSettings Read(ParseResult parsed) => new()
    {
        Name = parsed.GetValue(_method) ?? MethodNames.Adapters[0],
        Bottleneck = parsed.GetValue(_bottleneck),
        Activation = parsed.GetValue(_activation),
        Scale = parsed.GetValue(_scale),
        Rank = parsed.GetValue(_rank),
        Alpha = parsed.GetValue(_alpha),
        RankStabilized = parsed.GetValue(_rankStabilized) ? true : null,
        LoraDropout = parsed.GetValue(_loraDropout),
        Matrices = parsed.GetValue(_matrices),
        Layers = parsed.GetValue(_layers),
        Tokens = parsed.GetValue(_tokens),
        Reparameterization = parsed.GetValue(_reparameterization),
        ReparameterizationSize = parsed.GetValue(_reparameterizationSize),
    };
}
