using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>Engines on one model; every second one is forgotten, not disposed.</summary>
internal sealed class Engines : IEnduranceWork
{
    private readonly MLContext _ml = new(1);
    private readonly ITransformer _model;
    private readonly TextRow[] _rows = Texts.Rows(8);
    private readonly float[][] _expected;

    public Engines(string folder)
    {
        _model = TinyModels.Train(_ml, TinyModels.Options(TinyEncoder.Write(folder)));
        _expected = TinyModels.Predict(_ml, _model, _rows);
    }

    public void Step(int number)
    {
        PredictionEngine<TextRow, TextScores> engine = TinyModels.Engine(_ml, _model);
        int row = number % _rows.Length;
        SameBits.Require(_expected[row], engine.Predict(_rows[row]).Score, $"engine {number}");
        if (number % 2 == 0)
        {
            engine.Dispose();
        }
    }

    public void Dispose() => (_model as IDisposable)?.Dispose();
}
