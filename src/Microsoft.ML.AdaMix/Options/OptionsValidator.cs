using System.Globalization;

namespace Microsoft.ML.AdaMix;

/// <summary>Checks options against their documented ranges.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more options are out of range; the message lists all of them.</exception>
    public static void Validate(AdaMixOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        void Require(bool valid, string option, object? found, string expected)
        {
            if (!valid)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{option} is {found ?? "null"}; expected {expected}."));
            }
        }

        void Name(string option, string? name, bool optional) =>
            Require(optional ? name is null || name.Length > 0 : !string.IsNullOrEmpty(name), option, name is null ? null : $"'{name}'", optional ? "a column name, or null" : "a column name");

        Name(nameof(options.TextColumnName), options.TextColumnName, optional: false);
        Name(nameof(options.SecondTextColumnName), options.SecondTextColumnName, optional: true);
        Name(nameof(options.LabelColumnName), options.LabelColumnName, optional: false);
        Name(nameof(options.ExampleWeightColumnName), options.ExampleWeightColumnName, optional: true);
        Name(nameof(options.PredictedLabelColumnName), options.PredictedLabelColumnName, optional: false);
        Name(nameof(options.ScoreColumnName), options.ScoreColumnName, optional: false);
        Name(nameof(options.LogitsColumnName), options.LogitsColumnName, optional: true);
        Name(nameof(options.EmbeddingColumnName), options.EmbeddingColumnName, optional: true);
        string[] outputs = [.. new[] { options.PredictedLabelColumnName, options.ScoreColumnName, options.LogitsColumnName, options.EmbeddingColumnName }.OfType<string>()];
        Require(outputs.Distinct(StringComparer.Ordinal).Count() == outputs.Length, "The output columns", string.Join(", ", outputs), "different names");

        Require(options.Encoder is not null, nameof(options.Encoder), null, "PretrainedEncoder.RobertaMini or PretrainedEncoder.FromFolder(...)");
        Require(options.Bottleneck is >= 1 and <= 4096, nameof(options.Bottleneck), options.Bottleneck, "1 to 4096");
        Require(options.Mixture is not null, nameof(options.Mixture), null, "a MixtureOptions object");
        if (options.Mixture is { } mixture)
        {
            Require(mixture.Experts is >= 1 and <= 16, "Mixture.Experts", mixture.Experts, "1 to 16");
            Require(mixture.Sharing is >= Sharing.None and <= Sharing.Both, "Mixture.Sharing", mixture.Sharing, "None, Down, Up or Both");
            Require(double.IsFinite(mixture.Consistency) && mixture.Consistency >= 0, "Mixture.Consistency", mixture.Consistency, "0 or more");
        }

        Require(options.Epochs is >= 1 and <= 10_000, nameof(options.Epochs), options.Epochs, "1 to 10000");
        Require(options.BatchSize is >= 1 and <= 4096, nameof(options.BatchSize), options.BatchSize, "1 to 4096");
        Require(options.LearningRate is null or (> 0 and <= 1), nameof(options.LearningRate), options.LearningRate, "more than 0 and at most 1, or null");
        Require(options.WeightDecay is >= 0 and <= 1, nameof(options.WeightDecay), options.WeightDecay, "0 to 1");
        Require(options.Beta1 is >= 0 and < 1, nameof(options.Beta1), options.Beta1, "0 up to and without 1");
        Require(options.Beta2 is >= 0 and < 1, nameof(options.Beta2), options.Beta2, "0 up to and without 1");
        Require(options.Epsilon is > 0 and <= 1, nameof(options.Epsilon), options.Epsilon, "more than 0 and at most 1");
        Require(options.WarmupRatio is >= 0 and <= 1, nameof(options.WarmupRatio), options.WarmupRatio, "0 to 1");
        Require(options.MaxGradientNorm > 0, nameof(options.MaxGradientNorm), options.MaxGradientNorm, "more than 0");
        Require(options.Dropout is null or (>= 0 and < 1), nameof(options.Dropout), options.Dropout, "0 up to and without 1, or null");
        Require(options.MaxLength >= 8, nameof(options.MaxLength), options.MaxLength, "8 or more");
        Require(options.Validation is not null, nameof(options.Validation), null, "Validation.None, Validation.Fraction(...) or Validation.On(...)");
        Require(
            options.EarlyStopping is null || options.Validation is { HeldOut: > 0 } or { Data: not null },
            nameof(options.EarlyStopping), "set without a validation set", "Validation.Fraction(...) or Validation.On(...) beside it");
        Require(Enum.IsDefined(options.Device), nameof(options.Device), options.Device, "Auto, Cpu or Cuda");
        Require(Enum.IsDefined(options.Precision), nameof(options.Precision), options.Precision, "Auto, Float32 or BFloat16");
        if (problems.Count > 0)
        {
            throw new ArgumentException($"The AdaMix options have {problems.Count} problem{(problems.Count == 1 ? string.Empty : "s")}: {string.Join(' ', problems)}", nameof(options));
        }
    }
}
