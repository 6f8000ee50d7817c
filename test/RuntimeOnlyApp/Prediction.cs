namespace Microsoft.ML.AdaMix.RuntimeOnlyApp;

/// <summary>What a model with <c>MapKeyToValue</c> at its end answers.</summary>
internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
