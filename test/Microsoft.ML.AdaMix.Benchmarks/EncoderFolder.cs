using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Export;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Writes an encoder as Hugging Face publishes them.</summary>
internal static class EncoderFolder
{
    /// <param name="folder">Where; made if it is not there.</param>
    /// <param name="encoder">The encoder.</param>
    /// <returns>The folder.</returns>
    public static string Write(string folder, LoadedEncoder encoder)
    {
        Directory.CreateDirectory(folder);
        ServedModel model = new(
            ServingModels.Plain(encoder), TextTask.Multiclass, LabelKeys.Numbered(ServingModels.Outputs),
            new ScoringColumns("Text", null, "PredictedLabel", "Score", "Probability", null, null));
        File.WriteAllBytes(Path.Combine(folder, "config.json"), OnnxExport.ToBytes(ConfigExport.Create(model)));
        using FileStream weights = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.Write(weights, [.. encoder.Weights]);
        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }
}
