using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>One engine predicts text after text.</summary>
internal sealed class Predictions : IEnduranceWork
{
    private readonly TextRow[] _rows = Texts.Rows(64);
    private readonly PredictionEngine<TextRow, TextScores> _engine;
    private readonly TextScores _scores = new();
    private readonly float[][] _expected;

    public Predictions(string folder)
    {
        MLContext ml = new(1);
        ITransformer model = TinyModels.Train(ml, TinyModels.Options(TinyEncoder.Write(folder)));
        _expected = TinyModels.Predict(ml, model, _rows);
        _engine = ml.Model.CreatePredictionEngine<TextRow, TextScores>(model);
    }

    public void Step(int number)
    {
        int row = number % _rows.Length;
        TextScores scores = _scores;
        _engine.Predict(_rows[row], ref scores);
        SameBits.Require(_expected[row], scores.Score, $"prediction {number}");
    }

    public void Dispose() => _engine.Dispose();
}
