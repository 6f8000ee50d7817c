using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>A saved model, self-contained and as a delta file in turn, is loaded, predicts and is disposed.</summary>
internal sealed class Loads : IEnduranceWork
{
    private readonly TextRow[] _rows = Texts.Rows(1);
    private readonly IDisposable _registration;
    private readonly byte[][] _files;
    private readonly float[][] _expected;

    public Loads(string folder)
    {
        MLContext ml = new(1);
        PretrainedEncoder encoder = TinyEncoder.Write(folder);
        _registration = encoder.Register();
        ITransformer model = TinyModels.Train(ml, TinyModels.Options(encoder));
        _files = [TinyModels.Save(ml, model), TinyModels.SaveDelta(ml, model)];
        _expected = TinyModels.Predict(ml, model, _rows);
        (model as IDisposable)?.Dispose();
    }

    public void Step(int number)
    {
        MLContext ml = new();
        ITransformer model = TinyModels.Load(ml, _files[number % _files.Length]);
        using PredictionEngine<TextRow, TextScores> engine = ml.Model.CreatePredictionEngine<TextRow, TextScores>(model);
        SameBits.Require(_expected[0], engine.Predict(_rows[0]).Score, $"load {number}");
    }

    public void Dispose() => _registration.Dispose();
}
