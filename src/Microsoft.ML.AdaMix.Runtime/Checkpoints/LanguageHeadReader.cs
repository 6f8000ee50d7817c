using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Takes the masked-LM head out of a checkpoint: RoBERTa's <c>lm_head.*</c>, BERT's <c>cls.predictions.*</c>.</summary>
internal static class LanguageHeadReader
{
    /// <param name="source">The checkpoint.</param>
    /// <param name="encoder">The encoder that was read from it, whose word embeddings a tied decoder is.</param>
    /// <exception cref="InvalidDataException">There is none, or it does not fit the encoder.</exception>
    public static LanguageHead Read(ITensorSource source, LoadedEncoder encoder)
    {
        Dictionary<string, string> stored = source.Tensors.Keys.GroupBy(TensorNames.Canonical, StringComparer.Ordinal)
            .ToDictionary(names => names.Key, names => names.First(), StringComparer.Ordinal);
        bool isRoberta = encoder.Config.Family == EncoderFamily.Roberta;
        (int hidden, int tokens) = (encoder.Config.HiddenSize, encoder.Config.VocabularySize);
        string start = isRoberta ? "lm_head." : "cls.predictions.";
        string transform = isRoberta ? start : $"{start}transform.";
        string norm = $"{transform}{(isRoberta ? "layer_norm" : "LayerNorm")}";
        HostTensor Tensor(string name, params int[] shape) => stored.TryGetValue(name, out string? tensor)
            ? EncoderReader.ReadChecked(source, tensor, shape)
            : throw Missing(encoder, name);

        string bias = stored.ContainsKey($"{start}bias") ? $"{start}bias" : $"{start}decoder.bias";
        string decoder = $"{start}decoder.weight";
        return new LanguageHead(
            Tensor($"{transform}dense.weight", hidden, hidden), Tensor($"{transform}dense.bias", hidden),
            new HeadNorm(Tensor($"{norm}.weight", hidden), Tensor($"{norm}.bias", hidden)),
            stored.ContainsKey(decoder)
                ? Tensor(decoder, tokens, hidden)
                : encoder["embeddings.word_embeddings.weight"],
            Tensor(bias, tokens));
    }

    private static InvalidDataException Missing(LoadedEncoder encoder, string tensor) => new(
        $"The checkpoint '{encoder.Name}' has no masked-LM head (there is no tensor '{tensor}'), which a template needs. Take a checkpoint "
        + $"of {(encoder.Config.Family == EncoderFamily.Roberta ? "RobertaForMaskedLM" : "BertForMaskedLM")} (the pretrained model itself, "
        + "not one that was fine-tuned to classify or embed), or leave out Template to train a classification head.");
}
