using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Takes the masked-LM head out of a checkpoint, where its family has it.</summary>
internal static class LanguageHeadReader
{
    /// <param name="source">The checkpoint.</param>
    /// <param name="encoder">The encoder that was read from it, whose word embeddings a tied decoder is.</param>
    /// <exception cref="InvalidDataException">There is none, or it does not fit the encoder.</exception>
    public static LanguageHead Read(ITensorSource source, LoadedEncoder encoder)
    {
        FamilyDefinition family = encoder.Config.Definition;
        LanguageHeadNames head = family.LanguageHead ?? throw new InvalidDataException(
            $"The encoder '{encoder.Name}' is {family.Title}, whose masked-LM head a template cannot be trained on here; templates are for "
            + $"{string.Join(", ", EncoderFamilies.All.Where(known => known.LanguageHead is not null).Select(known => known.Title))}. "
            + "Leave out Template to train a classification head.");
        Dictionary<string, string> stored = source.Tensors.Keys.GroupBy(TensorNames.Unwrapped, StringComparer.Ordinal)
            .ToDictionary(names => names.Key, names => names.First(), StringComparer.Ordinal);
        (int hidden, int tokens) = (encoder.Config.HiddenSize, encoder.Config.VocabularySize);
        HostTensor Tensor(string name, params int[] shape) => stored.TryGetValue(name, out string? tensor)
            ? EncoderReader.ReadChecked(source, tensor, shape)
            : throw Missing(encoder, head, name);

        // Old checkpoints call a LayerNorm's weight gamma and its bias beta.
        string norm = stored.ContainsKey($"{head.Norm}.gamma") ? "gamma" : "weight";
        string shift = stored.ContainsKey($"{head.Norm}.beta") ? "beta" : "bias";
        string decoder = $"{head.Decoder}.weight";
        return new LanguageHead(
            Tensor($"{head.Dense}.weight", hidden, hidden), Tensor($"{head.Dense}.bias", hidden),
            new HeadNorm(Tensor($"{head.Norm}.{norm}", hidden), Tensor($"{head.Norm}.{shift}", hidden)),
            stored.ContainsKey(decoder)
                ? Tensor(decoder, tokens, hidden)
                : encoder[EncoderTensors.Words],
            Tensor(Array.Find(head.Biases, stored.ContainsKey) ?? head.Biases[^1], tokens));
    }

    private static InvalidDataException Missing(LoadedEncoder encoder, LanguageHeadNames head, string tensor) => new(
        $"The checkpoint '{encoder.Name}' has no masked-LM head (there is no tensor '{tensor}'), which a template needs. Take a checkpoint "
        + $"of {head.Class} (the pretrained model itself, not one that was fine-tuned to classify or embed), or leave out Template to "
        + "train a classification head.");
}
