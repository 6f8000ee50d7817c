using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>Checks options against their documented ranges.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more options are out of range; the message lists all of them.</exception>
    public static void Validate(AdaMixOptions options, TextTask task = TextTask.Multiclass)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionProblems problems = new();
        problems.RequireName(nameof(options.TextColumnName), options.TextColumnName);
        problems.RequireOptionalName(nameof(options.SecondTextColumnName), options.SecondTextColumnName);
        problems.RequireName(nameof(options.LabelColumnName), options.LabelColumnName);
        problems.RequireOptionalName(nameof(options.ExampleWeightColumnName), options.ExampleWeightColumnName);
        problems.RequireName(nameof(options.PredictedLabelColumnName), options.PredictedLabelColumnName);
        problems.RequireName(nameof(options.ScoreColumnName), options.ScoreColumnName);
        problems.RequireOptionalName(nameof(options.LogitsColumnName), options.LogitsColumnName);
        problems.RequireOptionalName(nameof(options.EmbeddingColumnName), options.EmbeddingColumnName);
        problems.RequireName(nameof(options.ProbabilityColumnName), options.ProbabilityColumnName);
        string[] outputs = [.. new[] { options.PredictedLabelColumnName, options.ScoreColumnName, task == TextTask.Binary ? options.ProbabilityColumnName : null, options.LogitsColumnName, options.EmbeddingColumnName }.OfType<string>()];
        problems.Require(outputs.Distinct(StringComparer.Ordinal).Count() == outputs.Length, "The output columns", string.Join(", ", outputs), "different names");

        problems.Require(options.Encoder is not null, nameof(options.Encoder), null, "PretrainedEncoder.RobertaMini or PretrainedEncoder.FromFolder(...)");
        problems.Require(options.Method is not null, nameof(options.Method), null, "a TuningMethod, for example TuningMethod.Adapters()");
        options.Method?.Check(problems);
        if (options.Mixture is { } mixture)
        {
            Check(mixture, options.Method, problems);
        }

        problems.Require(options.Epochs is >= 1 and <= 10_000, nameof(options.Epochs), options.Epochs, "1 to 10000");
        problems.Require(options.BatchSize is >= 1 and <= 4096, nameof(options.BatchSize), options.BatchSize, "1 to 4096");
        problems.Require(options.MicroBatchSize is null or (>= 1 and <= 4096), nameof(options.MicroBatchSize), options.MicroBatchSize, "1 to 4096, or null");
        problems.Require(options.FrozenCacheMegabytes is >= 0 and <= 1 << 20, nameof(options.FrozenCacheMegabytes), options.FrozenCacheMegabytes, "0 to 1048576");
        problems.Require(options.LearningRate is null or (> 0 and <= 1), nameof(options.LearningRate), options.LearningRate, "more than 0 and at most 1, or null");
        problems.Require(options.WeightDecay is >= 0 and <= 1, nameof(options.WeightDecay), options.WeightDecay, "0 to 1");
        problems.Require(options.Beta1 is >= 0 and < 1, nameof(options.Beta1), options.Beta1, "0 up to and without 1");
        problems.Require(options.Beta2 is >= 0 and < 1, nameof(options.Beta2), options.Beta2, "0 up to and without 1");
        problems.Require(options.Epsilon is > 0 and <= 1, nameof(options.Epsilon), options.Epsilon, "more than 0 and at most 1");
        problems.Require(options.WarmupRatio is >= 0 and <= 1, nameof(options.WarmupRatio), options.WarmupRatio, "0 to 1");
        problems.Require(options.MaxGradientNorm > 0, nameof(options.MaxGradientNorm), options.MaxGradientNorm, "more than 0");
        problems.Require(options.Dropout is null or (>= 0 and < 1), nameof(options.Dropout), options.Dropout, "0 up to and without 1, or null");
        problems.Require(options.ClassWeights is not null, nameof(options.ClassWeights), null, "ClassWeights.None, ClassWeights.Balanced or ClassWeights.Of(...)");
        problems.Require(options.LabelSmoothing is >= 0 and < 1, nameof(options.LabelSmoothing), options.LabelSmoothing, "0 up to and without 1");
        if (task == TextTask.Regression)
        {
            problems.Require(options.ClassWeights is null or { IsBalanced: false, Given: null }, nameof(options.ClassWeights), "set", "ClassWeights.None for regression, which has no classes");
            problems.Require(options.LabelSmoothing == 0, nameof(options.LabelSmoothing), options.LabelSmoothing, "0 for regression, which has no classes");
        }

        problems.Require(options.MaxLength >= 8, nameof(options.MaxLength), options.MaxLength, "8 or more");
        problems.Require(options.Validation is not null, nameof(options.Validation), null, "Validation.None, Validation.Fraction(...) or Validation.On(...)");
        problems.Require(
            options.EarlyStopping is null || options.Validation is { HeldOut: > 0 } or { Data: not null },
            nameof(options.EarlyStopping), "set without a validation set", "Validation.Fraction(...) or Validation.On(...) beside it");
        problems.Require(Enum.IsDefined(options.Device), nameof(options.Device), options.Device, "Auto, Cpu or Cuda");
        problems.Require(Enum.IsDefined(options.ServingPrecision), nameof(options.ServingPrecision), options.ServingPrecision, "Float32, Int8 or Auto");
        problems.Require(Enum.IsDefined(options.Precision), nameof(options.Precision), options.Precision, "Auto, Float32 or BFloat16");
        problems.ThrowIfAny(nameof(options));
    }

    /// <summary>Says what is wrong with a mixture for a method.</summary>
    public static void Check(MixtureOptions mixture, TuningMethod? method, OptionProblems problems)
    {
        problems.Require(mixture.Experts is >= 1 and <= 16, "Mixture.Experts", mixture.Experts, "1 to 16");
        problems.Require(mixture.Sharing is >= Sharing.None and <= Sharing.Both, "Mixture.Sharing", mixture.Sharing, "None, Down, Up or Both");
        problems.Require(mixture.Experts == 1 || method?.SupportsMixture != false, "Mixture.Experts", mixture.Experts, $"1, since the method {method} has no weights of which experts can be averaged");
        problems.Require(Enum.IsDefined(mixture.Routing), "Mixture.Routing", mixture.Routing, "Batch, Example, Token, AllLayers or Fixed");
        problems.Require(mixture.FixedExpert >= 0 && mixture.FixedExpert < Math.Max(1, mixture.Experts), "Mixture.FixedExpert", mixture.FixedExpert, "0 up to and without Mixture.Experts");
        problems.Require(mixture.ConsistencyRampUp is >= 0 and <= 1, "Mixture.ConsistencyRampUp", mixture.ConsistencyRampUp, "0 to 1");
        problems.Require(double.IsFinite(mixture.Consistency) && mixture.Consistency >= 0, "Mixture.Consistency", mixture.Consistency, "0 or more");
    }
}
