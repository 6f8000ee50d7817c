using Microsoft.ML.AdaMix.Reliability.Samples;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>A view of a hundred rows is scored, by several workers, and read.</summary>
internal sealed class Views : IEnduranceWork
{
    private readonly MLContext _ml = new(1);
    private readonly ITransformer _model;
    private readonly TextRow[] _rows = Texts.Rows(100);
    private readonly float[][] _expected;

    public Views(string folder)
    {
        _model = TinyModels.Train(_ml, TinyModels.Options(TinyEncoder.Write(folder)));
        _expected = Scores();
    }

    public void Step(int number)
    {
        float[][] scores = Scores();
        for (int row = 0; row < _rows.Length; row++)
        {
            SameBits.Require(_expected[row], scores[row], $"view {number}, row {row}");
        }
    }

    public void Dispose() => (_model as IDisposable)?.Dispose();

    private float[][] Scores() => [.. _model.Transform(_ml.Data.LoadFromEnumerable(_rows)).GetColumn<float[]>("Score")];
}
