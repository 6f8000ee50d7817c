namespace Microsoft.ML.AdaMix.Models;

/// <summary>Whether edits and head fit the encoder that they stand on; asked before a graph is built and after a model was read.</summary>
internal static class TunedModelCheck
{
    /// <exception cref="InvalidDataException">Something does not fit.</exception>
    public static void Check(TunedModel model)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, HostTensor tensor, int[] shape) in TunedTensors.Of(model))
        {
            if (!seen.Add(name))
            {
                throw new InvalidDataException($"The model has the tensor '{name}' twice; a module takes one edit of a kind, a layer one prefix.");
            }

            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"Tensor '{name}' of the model has shape [{string.Join(", ", tensor.Shape)}], but with encoder '{model.Encoder.Name}' it has to be [{string.Join(", ", shape)}]. Was it trained on another encoder?");
            }
        }

        CheckScales(model.Edits);
        CheckLength(model);
    }

    private static void CheckScales(EncoderEdits edits)
    {
        foreach ((string module, float scale) in edits.Adapters.Select(edit => (edit.Module, edit.Scale)).Concat(edits.LowRank.Select(edit => (edit.Module, edit.Scale))))
        {
            if (!float.IsFinite(scale))
            {
                throw new InvalidDataException($"The edit of '{module}' has the scale {scale}; a finite number is expected. The model is damaged; train or save it again.");
            }
        }
    }

    private static void CheckLength(TunedModel model)
    {
        int positions = model.Encoder.Config.MaxSequenceLength;
        int taken = model.Edits.PositionsTaken;
        if (Math.Max(1, model.Input.MaxLength) > positions - taken)
        {
            throw new InvalidDataException(
                $"The model reads texts of up to {model.Input.MaxLength} tokens, but encoder '{model.Encoder.Name}' has positions for {positions}, of which prompt and prefixes take {taken}. Train with a shorter maximum length or fewer virtual tokens.");
        }
    }
}
