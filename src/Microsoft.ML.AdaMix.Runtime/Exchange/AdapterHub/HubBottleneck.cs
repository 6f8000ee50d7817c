using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>Bottleneck adapters: seq_bn, double_seq_bn, par_bn, and other settings of the same options that have a form here.</summary>
/// <param name="adapter">The adapter's name in the file.</param>
/// <param name="isOld">Whether the file is of adapter-transformers, which called GELU otherwise.</param>
internal sealed class HubBottleneck(string adapter, bool isOld) : ForeignMethod
{
    private const string AfterAttention = "mh_adapter";
    private const string AfterOutput = "output_adapter";
    private const string Factor = "reduction_factor";
    private const string Activation = "non_linearity";

    private static readonly string[] Endings = ["adapter_down.0.weight", "adapter_down.0.bias", "adapter_up.weight", "adapter_up.bias"];

    public override string Name => "bottleneck";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        EncoderConfig encoder = reading.Encoder.Config;
        HubFolder.RequireFamily(HubNames.WithBottlenecks, encoder, config);
        AdapterInput input = Input(config);
        RequirePlain(config);
        Activation activation = FindActivation(config);
        float scale = config.Is("scaling", JsonValueKind.String)
            ? throw config.Refuse("scaling", "a number", "Learned scales are not read")
            : (float)(config.Number("scaling") ?? 1);
        int[] left = config.Indices("leave_out") ?? [];
        (bool attention, bool output) = (config.Flag(AfterAttention), config.Flag(AfterOutput));
        IReadOnlyList<(string Name, double Number)> factors = config.Is(Factor, JsonValueKind.Object) ? config.Numbers(Factor) : [];
        double? factor = config.Is(Factor, JsonValueKind.Object) ? null : config.Number(Factor);
        return
        [
            .. EncoderTensors.Sublayers(encoder)
                .Where(sublayer => !left.Contains(ExpectedModules.LayerOf(sublayer)))
                .Where(sublayer => sublayer.EndsWith(".attention.output", StringComparison.Ordinal) ? attention : output)
                .Select(sublayer => Read(reading, sublayer, input, activation, scale, FactorOf(factors, factor, sublayer))),
        ];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => edit is AdapterEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        AdapterEdit[] adapters = [.. edits.Cast<AdapterEdit>()];
        AdapterEdit first = adapters[0];
        if (Array.Exists(adapters, other => (other.Input, other.Activation, other.Scale) != (first.Input, first.Activation, first.Scale)))
        {
            throw new NotSupportedException(
                "The model's adapters differ in what they read, activation or scale; the adapters library has one for all.");
        }

        string[] places = [AfterAttention, AfterOutput];
        bool[] used = [.. places.Select((_, place) => Array.Exists(adapters, edit => IsAfterAttention(edit) == (place == 0)))];
        int[] layers = [.. adapters.Select(edit => ExpectedModules.LayerOf(edit.Module)).Distinct().Order()];
        if (adapters.Length != layers.Length * used.Count(one => one))
        {
            throw new NotSupportedException("The model's adapters stand after attention in other layers than after the feed-forward.");
        }

        JsonObject config = HubFolder.Json(HubDefaults.Bottleneck);
        config[AfterAttention] = used[0];
        config[AfterOutput] = used[1];
        config[Activation] = first.Activation == Models.Activation.Silu ? "swish" : ActivationNames.Of(first.Activation);
        config["original_ln_before"] = first.Input == AdapterInput.Normalized;
        config["is_parallel"] = first.Input == AdapterInput.Residual;
        config["scaling"] = ForeignJson.Float(first.Scale); // the library tells it from words by its type
        config["init_weights"] = first.Input == AdapterInput.Residual ? "mam_adapter" : "bert";
        config["leave_out"] = HubFolder.Json(Enumerable.Range(0, encoder.Layers).Except(layers));
        config[Factor] = Reduction.Write(
            adapters.DistinctBy(edit => ExpectedModules.LayerOf(edit.Module))
                .ToDictionary(edit => ExpectedModules.LayerOf(edit.Module), edit => edit.DownWeight.Shape[0]),
            encoder.HiddenSize);
        return new MethodWriting(
            config,
            [
                .. adapters.SelectMany(edit => Endings.Zip((HostTensor[])[edit.DownWeight, edit.DownBias, edit.UpWeight, edit.UpBias],
                    (ending, tensor) => KeyValuePair.Create(
                        $"{HubNames.Sublayer(edit.Module, names, encoder)}.adapters.{adapter}.{ending}", tensor))),
            ]);
    }

    private static bool IsAfterAttention(AdapterEdit edit) => edit.Module.EndsWith(".attention.output", StringComparison.Ordinal);

    private static double? FactorOf(IReadOnlyList<(string Name, double Number)> factors, double? all, string sublayer) =>
        factors.Count == 0 ? all : Reduction.Find(factors, ExpectedModules.LayerOf(sublayer));

    private AdapterEdit Read(
        MethodReading reading, string sublayer, AdapterInput input, Activation activation, float scale, double? factor)
    {
        EncoderConfig encoder = reading.Encoder.Config;
        string place = HubNames.Sublayer(sublayer, reading.Names, encoder);
        string prefix = $"{place}.{HubNames.Container(place, adapter, reading.Tensors)}.{adapter}.";
        if (!reading.Tensors.Has(prefix + Endings[0]))
        {
            AdapterFit.RequireLayer(reading, ExpectedModules.LayerOf(sublayer));
        }

        HostTensor down = reading.Tensors.Take(prefix + Endings[0]);
        int bottleneck = down.Shape.FirstOrDefault();
        if (factor is { } says && Reduction.Bottleneck(encoder.HiddenSize, says) != bottleneck)
        {
            throw new InvalidDataException(
                $"'{reading.Tensors.File}' has a bottleneck of {bottleneck} in '{prefix}adapter_down'; its configuration says "
                + FormattableString.Invariant($"{Reduction.Bottleneck(encoder.HiddenSize, says)} ({Factor} {says} of ")
                + $"{encoder.HiddenSize}). The configuration is that of another adapter.");
        }

        return new AdapterEdit(
            sublayer, input, down, reading.Tensors.Take(prefix + Endings[1], bottleneck),
            reading.Tensors.Take(prefix + Endings[2], encoder.HiddenSize, bottleneck),
            reading.Tensors.Take(prefix + Endings[3], encoder.HiddenSize), activation, scale);
    }

    private static AdapterInput Input(ForeignConfig config)
    {
        if (!config.Flag("original_ln_after", otherwise: true))
        {
            throw config.Refuse("original_ln_after", "true", "Layers without their own LayerNorm behind the adapter are not read");
        }

        bool before = config.Flag("original_ln_before");
        bool residual = !config.Is("residual_before_ln", JsonValueKind.String) && config.Flag("residual_before_ln", otherwise: true);
        config.Passes("residual_before_ln", "adapter_residual_before_ln"); // matters beside original_ln_before and ln_after alone
        return config.Flag("is_parallel") ? AdapterInput.Residual
            : !before ? AdapterInput.Output
            : residual ? AdapterInput.Normalized
            : throw config.Refuse("residual_before_ln", "true", "Other residual connections are not read");
    }

    private void RequirePlain(ForeignConfig config)
    {
        const string Remedy = "Such adapters have no form here; train with seq_bn, double_seq_bn or par_bn";
        config.RequireNone(Remedy, "ln_before", "ln_after", "use_gating", "inv_adapter", "cross_adapter", "phm_layer");
        if (isOld)
        {
            config.Passes("invertible_adapter"); // of all adapters; whether there is one, the names of the tensors say
        }
        else
        {
            config.RequireNone(Remedy, "invertible_adapter");
        }

        config.Passes(
            "inv_adapter_reduction_factor", "init_weights", "init_weights_seed", "dropout", "phm_dim", "factorized_phm_W", "shared_W_phm",
            "shared_phm_rule", "factorized_phm_rule", "phm_c_init", "phm_init_range", "learn_phm", "hypercomplex_nonlinearity", "phm_rank",
            "phm_bias", "stochastic_depth", "architecture", "dtype");
    }

    private Activation FindActivation(ForeignConfig config)
    {
        string name = (config.Text(Activation) ?? throw config.Refuse(Activation, "a name", "The file is damaged")).ToLowerInvariant();
        name = (isOld, name) switch
        {
            (true, "gelu") => "gelu_new",
            (true, "gelu_orig") => "gelu",
            (_, "leakyrelu") => "leaky_relu",
            _ => name,
        };
        return ActivationNames.Find(name)
            ?? throw config.Refuse(Activation, string.Join(", ", ActivationNames.All), "Other functions are not computed");
    }
}
