using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Edits and head in a saved model.</summary>
internal static class TunedWeights
{
    /// <summary>Puts together the tensors in the file and what the manifest says of them.</summary>
    /// <exception cref="InvalidDataException">Tensors, manifest and encoder do not belong together.</exception>
    public static TunedModel Read(ITensorSource source, ModelManifest manifest, LoadedEncoder encoder)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        HostTensor Tensor(string name) =>
            name is null || !source.Tensors.ContainsKey(name)
                ? throw new InvalidDataException(
                    $"The model has no tensor '{name}', which its manifest describes. The file is damaged; save the model again.")
            : !taken.Add(name) // before it is read once more
                ? throw new InvalidDataException(
                    $"The model's manifest describes the tensor '{name}' twice; a module takes one edit of a kind, a layer one prefix."
                    + " The file is damaged; save the model again.")
            : EncoderReader.ReadFinite(source, name);

        EncoderEdits edits = EditKinds.Read(manifest.Edits, Tensor);
        HeadWeights head = new(
            Tensor($"{TunedTensors.HeadDense}.weight"), Tensor($"{TunedTensors.HeadDense}.bias"),
            Tensor($"{TunedTensors.HeadOutput}.weight"), Tensor($"{TunedTensors.HeadOutput}.bias"))
        {
            Norm = !HeadWeights.HasNorm(encoder.Config, manifest.Input.Template) ? null
                : new HeadNorm(Tensor($"{TunedTensors.HeadNorm}.weight"), Tensor($"{TunedTensors.HeadNorm}.bias")),
        };
        TunedModel model = new(encoder, edits, head, manifest.Input);
        TunedModelCheck.Check(model);
        if (head.Outputs != manifest.Classes)
        {
            throw new InvalidDataException(
                $"The model's head has {Counts.Of(head.Outputs, "output")}, but its manifest names "
                + $"{Counts.Of(manifest.Classes, "class", "classes")}. The file is damaged;"
                + " save the model again.");
        }

        IEnumerable<string> known = TunedTensors.List(model).Select(tensor => tensor.Name);
        string? unknown = source.Tensors.Keys.Except(known, StringComparer.Ordinal).FirstOrDefault();
        return unknown is null
            ? model
            : throw new InvalidDataException(
                $"The model has a tensor '{unknown}' that its manifest does not describe. The file is damaged; save the model again.");
    }
}
