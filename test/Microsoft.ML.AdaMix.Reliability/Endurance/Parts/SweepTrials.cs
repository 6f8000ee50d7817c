using System.Reflection;
using Microsoft.ML.AdaMix.Reliability.Samples;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>
/// Trials as a sweep of Microsoft.ML.AutoML runs them: a context each, which is cancelled afterwards; the best model is kept, the others
/// are forgotten.
/// </summary>
internal sealed class SweepTrials : IEnduranceWork
{
    private static readonly MethodInfo Cancel = typeof(MLContext).GetMethod(
        "CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!; // not public in Microsoft.ML

    private readonly PretrainedEncoder _encoder;
    private readonly IDisposable _hold;
    private (double LogLoss, ITransformer Model, float[][] Scores)? _best;

    public SweepTrials(string folder)
    {
        _encoder = TinyEncoder.Write(folder);
        _hold = _encoder.KeepInMemory();
    }

    public void Step(int number)
    {
        MLContext ml = new(1);
        ITransformer model = TinyModels.Train(ml, TinyModels.Options(_encoder, seed: number % 10));
        IDataView rows = ml.Data.LoadFromEnumerable(Texts.Rows(16, seed: 2));
        IDataView scored = model.Transform(rows);
        double loss = ml.MulticlassClassification.Evaluate(scored).LogLoss;
        Cancel.Invoke(ml, null);
        if (_best is null || loss < _best.Value.LogLoss)
        {
            _best = (loss, model, Scores(model));
        }

        float[][] now = Scores(_best.Value.Model);
        for (int row = 0; row < now.Length; row++)
        {
            SameBits.Require(_best.Value.Scores[row], now[row], $"the best model after trial {number}, row {row}");
        }
    }

    public void Dispose() => _hold.Dispose();

    private static float[][] Scores(ITransformer model) =>
        [.. model.Transform(new MLContext().Data.LoadFromEnumerable(Texts.Rows(16, seed: 2))).GetColumn<float[]>("Score")];
}
