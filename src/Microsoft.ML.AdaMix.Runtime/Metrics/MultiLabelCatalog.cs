using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Adds multi-label classification, which ML.NET has none of, to <see cref="MLContext"/>.</summary>
public static class MultiLabelExtensions
{
    /// <summary>Trainers and evaluation of multi-label classification, where a row has any number of labels.</summary>
    /// <param name="mlContext">The context.</param>
    extension(MLContext mlContext)
    {
        /// <summary>Trainers and evaluation of multi-label classification, where a row has any number of labels.</summary>
        public MultiLabelCatalog MultiLabelClassification
        {
            get
            {
                ArgumentNullException.ThrowIfNull(mlContext);
                return new MultiLabelCatalog(mlContext);
            }
        }
    }
}

/// <summary>Multi-label classification: trainers and evaluation.</summary>
public sealed class MultiLabelCatalog
{
    internal MultiLabelCatalog(IHostEnvironment environment) => Trainers = new MultiLabelTrainers(environment);

    /// <summary>The trainers.</summary>
    public MultiLabelTrainers Trainers { get; }

    /// <summary>Compares predicted labels with actual ones.</summary>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">Actual labels: a vector of bools or floats, one for each label, or a vector of keys.</param>
    /// <param name="scoreColumnName">Probabilities [labels].</param>
    /// <param name="predictedLabelColumnName">Predicted labels, bools [labels].</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled while rows were read.</exception>
    public MultiLabelMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        return MultiLabelEvaluation.Evaluate(Trainers.Environment, data, labelColumnName, scoreColumnName, predictedLabelColumnName);
    }
}

/// <summary>Trainers of multi-label classification; packages add theirs as extension methods.</summary>
public sealed class MultiLabelTrainers
{
    internal MultiLabelTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}
