using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>What an encoder's configuration may say, wherever it came from: beyond any published encoder, far below any machine.</summary>
internal static class EncoderConfigCheck
{
    public const int MostTokens = 1 << 24;
    public const int MostLayers = 512;
    public const int LargestSize = 1 << 20;
    public const double LargestDropout = 0.999;
    public const double LargestInitializerRange = 10;

    /// <summary>Special tokens of a text and one of its own.</summary>
    public const int ShortestSequence = 3;

    /// <returns>What is wrong, with the name of the property; null for nothing.</returns>
    public static string? FindProblem(EncoderConfig config)
    {
        if (!Enum.IsDefined(config.Family))
        {
            return $"Family = {config.Family}; expected is {Names<EncoderFamily>()}";
        }

        foreach ((string name, double value, double least, double most) in Ranges(config))
        {
            if (!(value >= least && value <= most))
            {
                return FormattableString.Invariant($"{name} = {value}; expected is a number from {least} to {most}");
            }
        }

        return !Enum.IsDefined(config.HiddenActivation)
                ? $"HiddenActivation = {config.HiddenActivation}; expected is {Names<Activation>()}"
            : config.HiddenSize % config.Heads != 0
                ? $"HiddenSize = {config.HiddenSize} and Heads = {config.Heads}; expected is a multiple"
            : config.MaxSequenceLength < ShortestSequence
                ? $"MaxPositions = {config.MaxPositions} and PadTokenId = {config.PadTokenId}, which leave no room for a text"
            : FamilyCheck.FindProblem(config);
    }

    private static IEnumerable<(string Name, double Value, double Least, double Most)> Ranges(EncoderConfig config) =>
    [
        (nameof(config.VocabularySize), config.VocabularySize, 1, MostTokens),
        (nameof(config.HiddenSize), config.HiddenSize, 1, LargestSize),
        (nameof(config.Layers), config.Layers, 1, MostLayers),
        (nameof(config.Heads), config.Heads, 1, LargestSize),
        (nameof(config.IntermediateSize), config.IntermediateSize, 1, LargestSize),
        (nameof(config.MaxPositions), config.MaxPositions, 1, LargestSize),
        (nameof(config.TokenTypes), config.TokenTypes, FamilyCheck.HasTokenTypes(config.Family) ? 1 : 0, LargestSize),
        (nameof(config.PadTokenId), config.PadTokenId, 0, config.VocabularySize - 1),
        (nameof(config.LayerNormEpsilon), config.LayerNormEpsilon, 0, 1),
        (nameof(config.HiddenDropout), config.HiddenDropout, 0, LargestDropout),
        (nameof(config.AttentionDropout), config.AttentionDropout, 0, LargestDropout),
        (nameof(config.ClassifierDropout), config.ClassifierDropout ?? 0, 0, LargestDropout),
        (nameof(config.InitializerRange), config.InitializerRange, 0, LargestInitializerRange),
    ];

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());
}
