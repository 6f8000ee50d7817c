namespace Microsoft.ML.AdaMix.Models;

/// <summary>Whether edits and head fit the encoder that they stand on; asked before a graph is built and after a model was read.</summary>
internal static class TunedModelCheck
{
    /// <exception cref="InvalidDataException">Something does not fit.</exception>
    public static void Check(TunedModel model)
    {
        if (model.Head.Norm is not null != HeadWeights.HasNorm(model.Encoder.Config, model.Input.Template))
        {
            throw new InvalidDataException(
                model.Input.Template is not null ? "The model has a template for its texts and no masked-LM head."
                    : model.Head.Norm is not null ? "The model has a masked-LM head and no template for its texts."
                    : $"The model has no norm in its head, which {model.Encoder.Config.Definition.Title} has there.");
        }

        CheckTensors(model);
        foreach (EncoderEdit edit in model.Edits)
        {
            edit.Check();
        }

        CheckPlaces(model);
        CheckLength(model);
    }

    private static void CheckTensors(TunedModel model)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, HostTensor tensor, int[] shape) in TunedTensors.List(model))
        {
            if (!seen.Add(name))
            {
                throw new InvalidDataException(
                    $"The model has the tensor '{name}' twice; a module takes one edit of a kind, a layer one prefix.");
            }

            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"Tensor '{name}' of the model has shape [{string.Join(", ", tensor.Shape)}], but with encoder " +
                    $"'{model.Encoder.Name}' it has to be [{string.Join(", ", shape)}]. Was it trained on another encoder?");
            }
        }
    }

    // Edits of one kind have tensors of one name there; those of two kinds have not.
    private static void CheckPlaces(TunedModel model)
    {
        int prompts = model.Edits.Count(edit => edit.Prompt is not null);
        if (prompts > 1)
        {
            throw new InvalidDataException($"The model has {prompts} prompts; a model takes one.");
        }

        for (int layer = 0; layer < model.Encoder.Config.Layers; layer++)
        {
            int prefixes = model.Edits.Count(edit => edit.Prefix(layer) is not null);
            if (prefixes > 1)
            {
                throw new InvalidDataException($"The model has {prefixes} prefixes in layer {layer}; a layer takes one.");
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
                $"The model reads texts of up to {model.Input.MaxLength} tokens, but encoder '{model.Encoder.Name}' has " +
                $"positions for {positions}, of which prompt and prefixes take {taken}. Train with a shorter maximum length, with "
                + "longer texts read in windows (AdaMixOptions.LongTexts), or with fewer virtual tokens.");
        }
    }
}
