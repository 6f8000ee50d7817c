using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>A view computes its scores each time that it is read; who reads it many times is told of caches.</summary>
[TestClass]
public class RepeatedReadingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];
    private IDataView _scored = null!;
    private IDataView _data = null!;

    [TestInitialize]
    public void Create()
    {
        _ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                _warnings.Add(entry.Message);
            }
        };
        _data = _ml.Data.LoadFromEnumerable(
            Classifiers.Rows(40).Select(row => new Sample { Text = row.Text!, Label = row.Label, Target = row.Number }));
        _scored = new AdaMixTransformer(_ml, Classifiers.Model(columns: Classifiers.AllColumns)).Transform(_data);
    }

    [TestMethod]
    public void The_second_scoring_of_a_view_is_warned_of_once()
    {
        Read();
        Assert.IsEmpty(_warnings);
        Read();
        Read();

        Assert.HasCount(1, _warnings);
        Assert.Contains("All 40 rows", _warnings[0]);
        Assert.Contains("AppendCacheCheckpoint", _warnings[0]);
        Assert.Contains("mlContext.Data.Cache", _warnings[0]);
    }

    [TestMethod]
    public void A_look_at_the_first_rows_other_columns_and_an_evaluation_are_not_warned_of()
    {
        Assert.HasCount(3, _scored.Preview(maxRows: 3).RowView);
        Assert.HasCount(40, _scored.GetColumn<float>("Target").ToArray());
        _ml.MulticlassClassification.Evaluate(_ml.Transforms.Conversion.MapValueToKey("Label").Fit(_data).Transform(_scored));
        Assert.HasCount(40, _scored.GetColumn<float>("Target").ToArray());

        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void A_trainer_that_reads_embeddings_in_many_passes_is_warned_of_once_and_a_cached_one_is_not()
    {
        SdcaRegressionTrainer trainer = _ml.Regression.Trainers.Sdca("Target", "Embedding", maximumNumberOfIterations: 3);

        trainer.Fit(_ml.Data.Cache(_scored));
        Assert.IsEmpty(_warnings);
        trainer.Fit(_scored);

        Assert.HasCount(1, _warnings.Where(warning => warning.Contains("AppendCacheCheckpoint", StringComparison.Ordinal)).ToArray());
    }

    private void Read() => Assert.HasCount(40, _scored.GetColumn<float[]>("Embedding").ToArray());

    private sealed class Sample
    {
        public string Text { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;

        public float Target { get; set; }
    }
}
