using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A model of SetFit's, which predicts in one way.</summary>
internal sealed class SetFitTrialModel(MLContext ml, SetFitModel model, int classes, CancellationToken cancellation) : ITrialModel
{
    public int? Experts => null;

    public IDataView Score(InferenceMode inference, IDataView rows)
    {
        DataViewSchema columns = rows.Schema;
        string[] texts = [.. rows.GetColumn<string>(columns[nameof(TaskRow.Text)])];
        string?[] pairs = columns.GetColumnOrNull(nameof(TaskRow.Pair)) is { } pair
            ? [.. rows.GetColumn<string>(pair)]
            : new string?[texts.Length];
        uint[] labels = [.. rows.GetColumn<uint>(columns[nameof(ScoredRow.Label)])];
        float[][] scores = model.Score([.. texts.Zip(pairs)], classes, cancellation);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ScoredRow));
        schema[nameof(ScoredRow.Label)].ColumnType = columns[nameof(ScoredRow.Label)].Type;
        schema[nameof(ScoredRow.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        schema[nameof(ScoredRow.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return ml.Data.LoadFromEnumerable(
            labels.Zip(scores, (label, row) => new ScoredRow
            {
                Label = label - 1, // members of rows count keys from 0, columns from 1; every row has a label
                Score = row,
                PredictedLabel = (uint)Array.IndexOf(row, row.Max()),
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
