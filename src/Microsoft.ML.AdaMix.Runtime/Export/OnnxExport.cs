using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>Writes a model as a folder that ONNX Runtime, Optimum and transformers.js read.</summary>
internal static class OnnxExport
{
    /// <summary>Where transformers.js and Optimum look.</summary>
    public const string ModelFile = "onnx/model.onnx";

    /// <summary>Likewise in int8.</summary>
    public const string QuantizedFile = "onnx/model_quantized.onnx";

    private const string ModelFolder = "onnx/";
    private const string EarlierModelFile = "model.onnx"; // of versions that wrote it beside the configuration
    public const string ConfigFile = "config.json";

    // A protobuf message has at most 2 GiB; what is not weights takes less than a megabyte of it.
    private const long MostWeights = int.MaxValue - (1 << 20);

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="InvalidOperationException">The weights are too large for one ONNX file.</exception>
    public static void Write(ServedModel model, string folder, bool overwrite, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Require(folder, overwrite);
        OnnxGraph graph = EncoderGraph.Build(model.Tuned, embedEncoder: true);
        long bytes = graph.Weights.Sum(weight => (long)weight.Data.Length);
        RequireFit(bytes);
        WriteCheck.Folder(folder, bytes);
        AtomicFolder.Write(folder, overwrite, IsOwn, temporary =>
        {
            foreach ((string name, byte[] content) in TokenizerExport.Files(model.Tuned))
            {
                Write(temporary, name, stream => stream.Write(content), cancellation);
            }

            Write(temporary, ConfigFile, stream => stream.Write(ToBytes(ConfigExport.Create(model))), cancellation);
            Write(temporary, ModelFile, stream => OnnxWriter.Write(graph, stream), cancellation);
            if (model.Precision == ServingPrecision.Int8)
            {
                OnnxGraph quantized = Quantized(model.Tuned);
                Write(temporary, QuantizedFile, stream => OnnxWriter.Write(quantized, stream), cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
        });
    }

    /// <summary>Complains, before a model is loaded, where its export could not be written.</summary>
    /// <exception cref="IOException">The folder is a file, is not empty, or holds files that are not an export's.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    public static void Require(string folder, bool overwrite) => AtomicFolder.Require(folder, overwrite, IsOwn);

    internal static byte[] ToBytes(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Json);

    internal static void RequireFit(long bytes)
    {
        if (bytes > MostWeights)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The model's weights have {bytes:N0} bytes; one ONNX file holds at most 2 GiB, and ")
                + "files beside it are not written. Such a model can be used with ML.NET only.");
        }
    }

    private static OnnxGraph Quantized(TunedModel model)
    {
        EncoderMemory memory = EncoderMemory.Retain(model.Encoder);
        try
        {
            return EncoderGraph.Build(model, embedEncoder: true, memory.QuantizeForAll());
        }
        finally
        {
            memory.Release();
        }
    }

    private static bool IsOwn(string name) =>
        name is ModelFile or QuantizedFile or ModelFolder or EarlierModelFile or ConfigFile
        || TokenizerFiles.Names.Contains(name, StringComparer.Ordinal);

    private static void Write(string folder, string name, Action<Stream> write, CancellationToken cancellation) =>
        AtomicFolder.WriteFile(folder, name, file =>
        {
            using CancelableStream stream = new(file, cancellation);
            write(stream);
        });
}
