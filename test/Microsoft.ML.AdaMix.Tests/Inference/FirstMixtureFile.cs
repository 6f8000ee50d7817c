using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>Writes mixture files of version 1, as the library wrote them before there was one manifest for all files.</summary>
internal static class FirstMixtureFile
{
    /// <param name="mixture">The mixture.</param>
    /// <param name="method">What its method was called.</param>
    /// <param name="options">The method's options as they were written.</param>
    public static byte[] Write(TrainedMixture mixture, string method, string options)
    {
        ServedModel plain = mixture.Plain;
        string manifest = JsonSerializer.Serialize(new
        {
            Version = 1,
            EncoderSha256 = HashOfWeights(plain.Tuned.Encoder),
            EncoderName = plain.Tuned.Encoder.Name,
            Method = method,
            MethodOptions = options,
            mixture.Experts,
            Sharing = mixture.Sharing.ToString(),
            Task = plain.Task.ToString(),
            plain.Tuned.Input,
            plain.Columns,
            Outputs = plain.Labels.Count,
            LabelType = plain.Labels.TypeName,
            Labels = plain.Labels.Names,
            plain.Thresholds,
            Serving = plain.Precision.ToString(),
            FixedExpert = (int?)null,
        });
        HeadWeights head = plain.Tuned.Head;
        using MemoryStream stream = new();
        SafetensorsWriter.Write(
            stream,
            [
                .. mixture.Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Select(
                    parameter => Named("tuning." + parameter.Name, parameter.Value.ToHost())),
                Named("head.dense.weight", head.DenseWeight),
                Named("head.dense.bias", head.DenseBias),
                Named("head.output.weight", head.OutputWeight),
                Named("head.output.bias", head.OutputBias),
            ],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["adamix"] = manifest });
        return stream.ToArray();
    }

    private static KeyValuePair<string, HostTensor> Named(string name, HostTensor tensor) => KeyValuePair.Create(name, tensor);

    private static string HashOfWeights(LoadedEncoder encoder)
    {
        using HashingStream hashing = new();
        SafetensorsWriter.Write(hashing, [.. encoder.Weights.OrderBy(weight => weight.Key, StringComparer.Ordinal)]);
        return hashing.Hash();
    }
}
