using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A model of SetFit's, with the test rows that it judges.</summary>
internal sealed class SetFitTrialModel(MLContext ml, SetFitModel model, StudyData data, CancellationToken cancellation) : ITrialModel
{
    public IDataView Score(InferenceMode inference, IDataView rows)
    {
        int classes = data.Task.Classes.Count;
        float[][] scores = model.Score(data.Test, classes, cancellation);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ScoredRow));
        schema[nameof(ScoredRow.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        schema[nameof(ScoredRow.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        uint[] labels = [.. rows.GetColumn<uint>(nameof(ScoredRow.Label))];
        schema[nameof(ScoredRow.Label)].ColumnType = rows.Schema[nameof(ScoredRow.Label)].Type;
        return ml.Data.LoadFromEnumerable(
            labels.Zip(scores, (label, row) => new ScoredRow
            {
                Label = label,
                Score = row,
                PredictedLabel = (uint)Array.IndexOf(row, row.Max()) + 1,
            }), schema);
    }

    public void Dispose() => model.Dispose();

    private sealed class ScoredRow
    {
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }
}
