namespace Quickstart;

/// <summary>One row as the model reads it. The pair is empty where rows are single texts.</summary>
internal sealed class Row
{
    public string Label { get; set; } = "";

    public string Text { get; set; } = "";

    public string Pair { get; set; } = "";
}

/// <summary>What the model adds to a row.</summary>
internal sealed class Prediction
{
    /// <summary>The most probable class.</summary>
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probability of each class.</summary>
    public float[] Score { get; set; } = [];
}
