using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>One pass of a file of the adapters or peft library: logits, loss, hidden states and all gradients.</summary>
/// <param name="Values">Under this project's names.</param>
/// <param name="Tensors">How many tensors the method has, and how many the file sets.</param>
/// <param name="Gradients">How many tensors are trained, and how many gradients the file has.</param>
internal sealed partial record MethodStep(
    IReadOnlyList<ParityValue> Values, (int Expected, int Set) Tensors, (int Expected, int Found) Gradients)
{
    private const string Prompt = "param/prompt_encoder.default.embedding.weight";

    private static readonly Dictionary<string, EncoderMatrices> Matrices = new(StringComparer.Ordinal)
    {
        ["attention.self.query"] = EncoderMatrices.Query,
        ["attention.self.key"] = EncoderMatrices.Key,
        ["attention.self.value"] = EncoderMatrices.Value,
        ["attention.output.dense"] = EncoderMatrices.AttentionOutput,
        ["intermediate.dense"] = EncoderMatrices.Intermediate,
        ["output.dense"] = EncoderMatrices.Output,
    };

    public static MethodStep Compute(string file, ModelPlace? place = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new("methods", file + ".safetensors");
        Golden inputs = new("roberta", "base.safetensors");
        using ReferenceModel model = ReferenceModel.Tuned("roberta", Method(golden), MixtureOptions.None, place);
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        int set = 0;
        foreach ((string name, float[] values) in MethodTensors.Read(golden, "param/", model.Loaded.Config))
        {
            ReferenceModel.Set(parameters[name], values);
            set++;
        }

        using FlatParameters flat = new(model.Classifier.Parameters, model.Classifier.Encoder.States);
        EncoderBatch batch = model.Batch(inputs);
        ITuning tuning = model.Classifier.Tuning.Bind(new MergedExperts(), null);
        Tensor logits = model.Classifier.Forward(batch, tuning, null).to_type(ScalarType.Float32);
        Tensor loss = nn.functional.cross_entropy(logits, tensor(inputs.Integers("in/labels")).to(logits.device));
        loss.backward();
        List<ParityValue> found =
        [
            new("out/logits", golden.Floats("out/logits"), logits.ToArray()),
            new("out/loss", golden.Floats("out/loss"), loss.ToArray()),
        ];
        if (golden.Has("out/last_hidden_state"))
        {
            found.Add(new("out/last_hidden_state", golden.Floats("out/last_hidden_state"),
                model.Classifier.Encoder.AllStates(batch, tuning).Last().ToArray()));
        }

        int outputs = found.Count;
        found.AddRange(MethodTensors.Read(golden, "grad/", model.Loaded.Config)
            .Select(gradient => new ParityValue(gradient.Name, gradient.Values, parameters[gradient.Name].Value.grad!.ToArray())));
        return new MethodStep(found, (model.Classifier.Tuning.Tensors.Count, set), (parameters.Count, found.Count - outputs));
    }

    private static TuningMethod Method(Golden file) => MethodKinds.Of(file) switch
    {
        MethodKind.Adapters => Adapters(file, AdapterPlacement.FeedForward),
        MethodKind.HoulsbyAdapters => Adapters(file, AdapterPlacement.Houlsby),
        MethodKind.PfeifferAdapters => Adapters(file, AdapterPlacement.Pfeiffer),
        MethodKind.ParallelAdapters => Adapters(file, AdapterPlacement.Parallel),
        MethodKind.LowRank => Lora(file),
        MethodKind.Factors => new Ia3Tuning(),
        MethodKind.Prefix => new PrefixTuning { Tokens = file.Shape(Prompt)[0] },
        _ => new PromptTuning { Tokens = file.Shape(Prompt)[0] },
    };

    private static AdapterTuning Adapters(Golden file, AdapterPlacement placement)
    {
        MethodSettings settings = new(file);
        return new AdapterTuning
        {
            Placement = placement,
            Bottleneck = file.Shape(file.Names.First(name => name.EndsWith("adapter_down.0.bias", StringComparison.Ordinal)))[0],
            Activation = settings.Activation switch
            {
                "relu" => AdapterActivation.Relu,
                "gelu" => AdapterActivation.Gelu,
                "swish" or "silu" => AdapterActivation.Silu,
                _ => throw new NotSupportedException($"The file's activation '{settings.Activation}' is not known."),
            },
            Scale = settings.AdapterScale,
        };
    }

    private static LoraTuning Lora(Golden file)
    {
        MethodSettings settings = new(file);
        EncoderMatrices matrices = file.Names.Select(name => TunedModule().Match(name)).Where(match => match.Success)
            .Aggregate(EncoderMatrices.None, (found, match) => found | Matrices[match.Groups[1].Value]);
        return new LoraTuning
        {
            Rank = settings.Rank,
            Alpha = settings.Alpha,
            RankStabilized = settings.RankStabilized,
            Matrices = matrices,
        };
    }

    [GeneratedRegex(@"^param/roberta\.encoder\.layer\.\d+\.(.+?)\.lora")]
    private static partial Regex TunedModule();
}
