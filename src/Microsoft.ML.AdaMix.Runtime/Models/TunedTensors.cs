namespace Microsoft.ML.AdaMix.Models;

/// <summary>A tensor that tuning brought, and the shape that it has to have on the model's encoder.</summary>
internal readonly record struct TunedTensor(string Name, HostTensor Tensor, int[] Shape);

/// <summary>The tensors of edits and head under the names that saved models, graphs and errors give them.</summary>
internal static class TunedTensors
{
    public const string Prompt = "embeddings.prompt";
    public const string HeadDense = "head.dense";
    public const string HeadOutput = "head.output";

    public static string AdapterDown(string module) => module + ".adapter.down";

    public static string AdapterUp(string module) => module + ".adapter.up";

    public static string LowRankDown(string module) => module + ".lora_A";

    public static string LowRankUp(string module) => module + ".lora_B";

    public static string Factors(string module) => module + ".factors";

    public static string PrefixKeys(int layer) => EncoderTensors.Layer(layer) + "prefix.keys";

    public static string PrefixValues(int layer) => EncoderTensors.Layer(layer) + "prefix.values";

    public static bool IsHead(string name) => name.StartsWith("head.", StringComparison.Ordinal);

    /// <summary>All of a model; replaced tensors have the names that they have in the encoder. Bottleneck, rank and P are what the tensor says that comes first.</summary>
    /// <exception cref="InvalidDataException">An edit names what the encoder has not.</exception>
    public static IEnumerable<TunedTensor> Of(TunedModel model)
    {
        EncoderEdits edits = model.Edits;
        int hidden = model.Encoder.Config.HiddenSize;
        return Adapters(model.Encoder, edits)
            .Concat(LinearModules(model.Encoder, edits))
            .Concat(Replaced(model.Encoder, edits))
            .Concat(Prefixes(model.Encoder, edits))
            .Concat(edits.Prompt is { } prompt ? [new TunedTensor(Prompt, prompt, [Size(prompt), hidden])] : [])
            .Concat(Head(model.Head, hidden));
    }

    private static IEnumerable<TunedTensor> Adapters(LoadedEncoder encoder, EncoderEdits edits)
    {
        int hidden = encoder.Config.HiddenSize;
        HashSet<string> known = new(EncoderTensors.Sublayers(encoder.Config), StringComparer.Ordinal);
        foreach (AdapterWeights adapter in edits.Adapters)
        {
            Require(known.Contains(adapter.Module), encoder, $"an adapter in '{adapter.Module}'", known);
            int bottleneck = Size(adapter.DownWeight);
            yield return new($"{AdapterDown(adapter.Module)}.weight", adapter.DownWeight, [bottleneck, hidden]);
            yield return new($"{AdapterDown(adapter.Module)}.bias", adapter.DownBias, [bottleneck]);
            yield return new($"{AdapterUp(adapter.Module)}.weight", adapter.UpWeight, [hidden, bottleneck]);
            yield return new($"{AdapterUp(adapter.Module)}.bias", adapter.UpBias, [hidden]);
        }
    }

    private static IEnumerable<TunedTensor> LinearModules(LoadedEncoder encoder, EncoderEdits edits)
    {
        Dictionary<string, int[]> known = EncoderTensors.LinearModules(encoder.Config); // [out, in]
        foreach (LowRankUpdate update in edits.LowRank)
        {
            Require(known.TryGetValue(update.Module, out int[]? shape), encoder, $"a low-rank update of '{update.Module}'", known.Keys);
            int rank = Size(update.Down);
            yield return new(LowRankDown(update.Module), update.Down, [rank, shape![1]]);
            yield return new(LowRankUp(update.Module), update.Up, [shape[0], rank]);
        }

        foreach (OutputScale scale in edits.Scales)
        {
            Require(known.TryGetValue(scale.Module, out int[]? shape), encoder, $"factors for '{scale.Module}'", known.Keys);
            yield return new(Factors(scale.Module), scale.Factors, [shape![0]]);
        }
    }

    private static IEnumerable<TunedTensor> Replaced(LoadedEncoder encoder, EncoderEdits edits)
    {
        Dictionary<string, int[]> known = EncoderTensors.Required(encoder.Config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        foreach ((string name, HostTensor tensor) in edits.Replaced)
        {
            Require(known.TryGetValue(name, out int[]? shape), encoder, $"a tensor in place of '{name}'", known.Keys);
            yield return new(name, tensor, shape!);
        }
    }

    private static IEnumerable<TunedTensor> Prefixes(LoadedEncoder encoder, EncoderEdits edits)
    {
        int[] shape = [Math.Max(1, edits.PrefixLength), encoder.Config.HiddenSize];
        foreach (PrefixWeights prefix in edits.Prefixes)
        {
            Require(prefix.Layer >= 0 && prefix.Layer < encoder.Config.Layers, encoder, $"a prefix in layer {prefix.Layer}", [$"0 to {encoder.Config.Layers - 1}"]);
            yield return new(PrefixKeys(prefix.Layer), prefix.Keys, shape);
            yield return new(PrefixValues(prefix.Layer), prefix.Values, shape);
        }
    }

    private static IEnumerable<TunedTensor> Head(HeadWeights head, int hidden)
    {
        int outputs = Size(head.OutputWeight);
        yield return new($"{HeadDense}.weight", head.DenseWeight, [hidden, hidden]);
        yield return new($"{HeadDense}.bias", head.DenseBias, [hidden]);
        yield return new($"{HeadOutput}.weight", head.OutputWeight, [outputs, hidden]);
        yield return new($"{HeadOutput}.bias", head.OutputBias, [outputs]);
    }

    // An empty tensor does not fit the size that it asks for.
    private static int Size(HostTensor tensor) => Math.Max(1, tensor.Shape.FirstOrDefault());

    private static void Require(bool known, LoadedEncoder encoder, string edit, IEnumerable<string> expected)
    {
        if (!known)
        {
            string[] some = [.. expected.Take(3)];
            throw new InvalidDataException(
                $"The model has {edit}, which encoder '{encoder.Name}' with {encoder.Config.Layers} layers has not; it has {string.Join(", ", some)}{(some.Length == 3 ? " and so on" : string.Empty)}. Was it trained on another encoder?");
        }
    }
}
