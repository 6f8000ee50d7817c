namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>What a trial trained. Disposing it frees the models that it made as well.</summary>
internal interface ITrialModel : IDisposable
{
    /// <summary>How many experts were trained; null where the way of training knows none.</summary>
    int? Experts { get; }

    /// <summary>Rows with a label, with the scores of a way of predicting; to be read before another way is asked for.</summary>
    IDataView Score(InferenceMode inference, IDataView rows);
}
