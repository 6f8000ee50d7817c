using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Names the merged adapters and the head in a saved model.</summary>
internal static class TunedWeights
{
    public static List<KeyValuePair<string, HostTensor>> Name(MergedModel model)
    {
        List<KeyValuePair<string, HostTensor>> tensors = [];
        for (int layer = 0; layer < model.Adapters.Count; layer++)
        {
            if (model.Adapters[layer] is { } adapter)
            {
                string prefix = Prefix(layer);
                tensors.Add(new(prefix + "down.weight", adapter.DownWeight));
                tensors.Add(new(prefix + "down.bias", adapter.DownBias));
                tensors.Add(new(prefix + "up.weight", adapter.UpWeight));
                tensors.Add(new(prefix + "up.bias", adapter.UpBias));
            }
        }

        tensors.Add(new("head.dense.weight", model.Head.DenseWeight));
        tensors.Add(new("head.dense.bias", model.Head.DenseBias));
        tensors.Add(new("head.output.weight", model.Head.OutputWeight));
        tensors.Add(new("head.output.bias", model.Head.OutputBias));
        return tensors;
    }

    /// <summary>Reads what <see cref="Name"/> gave, checking shapes.</summary>
    public static (AdapterWeights?[] Adapters, HeadWeights Head) Read(ITensorSource source, ModelManifest manifest)
    {
        int hidden = manifest.Encoder.HiddenSize;
        HostTensor Tensor(string name, params int[] shape) => source.Tensors.ContainsKey(name)
            ? EncoderReader.ReadChecked(source, name, shape)
            : throw new InvalidDataException($"The model has no tensor '{name}'.");
        AdapterWeights?[] adapters = new AdapterWeights?[manifest.Adapters.Length];
        for (int layer = 0; layer < adapters.Length; layer++)
        {
            if (manifest.Adapters[layer] is { } activation)
            {
                string prefix = Prefix(layer);
                int bottleneck = source.Tensors.TryGetValue(prefix + "down.bias", out TensorEntry? bias) && bias.Shape.Length == 1 ? checked((int)bias.Shape[0]) : 0;
                adapters[layer] = new AdapterWeights(
                    Tensor(prefix + "down.weight", bottleneck, hidden), Tensor(prefix + "down.bias", bottleneck),
                    Tensor(prefix + "up.weight", hidden, bottleneck), Tensor(prefix + "up.bias", hidden), activation);
            }
        }

        return (adapters, new HeadWeights(
            Tensor("head.dense.weight", hidden, hidden), Tensor("head.dense.bias", hidden),
            Tensor("head.output.weight", manifest.Classes, hidden), Tensor("head.output.bias", manifest.Classes)));
    }

    private static string Prefix(int layer) => FormattableString.Invariant($"adapters.{layer}.");
}
