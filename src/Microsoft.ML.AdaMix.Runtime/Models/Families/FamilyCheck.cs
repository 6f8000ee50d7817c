namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>Whether what a configuration says beyond BERT's sizes is there for its family, and for no other.</summary>
internal static class FamilyCheck
{
    /// <summary>Whether a family has a table of token types.</summary>
    public static bool HasTokenTypes(EncoderFamily family) =>
        family is EncoderFamily.Roberta or EncoderFamily.Bert or EncoderFamily.Electra or EncoderFamily.Albert;

    /// <returns>What is wrong, with the name of the property; null for nothing.</returns>
    public static string? FindProblem(EncoderConfig config)
    {
        FamilyDefinition family = config.Definition;
        return config.ModelType is { } type && !family.ModelTypes.Skip(1).Any(known => known.ModelType == type)
                ? $"ModelType = '{type}', which {family.Title} never has"
            : config.TokenTypes > 0 && !HasTokenTypes(config.Family)
                ? $"TokenTypes = {config.TokenTypes}; expected is 0 for {family.Title}"
            : Wrong(config.EmbeddingSize, config.Family is EncoderFamily.Electra, config.Family is EncoderFamily.Albert, Size)
                ? $"EmbeddingSize = {config.EmbeddingSize}, which makes no sense for {family.Title}"
            : Wrong(
                config.LayerGroups, isOptional: false, config.Family is EncoderFamily.Albert,
                groups => groups >= 1 && groups <= config.Layers)
                ? $"LayerGroups = {config.LayerGroups}, which makes no sense for {family.Title} with Layers = {config.Layers}"
            : Wrong(config.HeadActivation, isOptional: false, family.IsGated || family.ProjectsPositions, Enum.IsDefined)
                ? $"HeadActivation = {config.HeadActivation}, which makes no sense for {family.Title}"
            : config.Disentangled is not null != family.ProjectsPositions ? $"Disentangled that makes no sense for {family.Title}"
            : config.Rotary is not null != family.IsGated ? $"Rotary that makes no sense for {family.Title}"
            : config.Disentangled is { } positions && (positions.Buckets is < 0 or 1 or > MostRows || !Size(positions.Farthest)
                || positions.Side > MostRows || (positions.Buckets > 0 && positions.Farthest <= (positions.Buckets / 2) + 1))
                ? $"Disentangled of {positions.Buckets} buckets up to the distance {positions.Farthest}, which makes no sense"
            : config.Rotary is { } rotary && (rotary.IsGlobal is null || rotary.IsGlobal.Length != config.Layers || !Size(rotary.Window)
                || !(rotary.GlobalTheta > 1 && rotary.LocalTheta > 1) || config.HeadSize % 2 != 0)
                ? "Rotary that does not fit the layers, or an odd size of heads"
            : null;
    }

    private const int MostRows = EncoderConfigCheck.LargestSize / 2;

    private static bool Size(int size) => size is >= 1 and <= EncoderConfigCheck.LargestSize;

    private static bool Wrong<T>(T? value, bool isOptional, bool isRequired, Func<T, bool> isRight)
        where T : struct =>
        value is { } found ? !(isOptional || isRequired) || !isRight(found) : isRequired;
}
