using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>Trainings with several methods, with validation; every second model is forgotten, not disposed.</summary>
internal sealed class Trainings(string folder) : IEnduranceWork
{
    private static readonly Func<TuningMethod>[] Methods =
    [
        () => new AdapterTuning { Bottleneck = 4 }, () => new LoraTuning { Rank = 2 }, () => new FullFineTuning(), () => new PrefixTuning(),
    ];

    private readonly PretrainedEncoder _encoder = TinyEncoder.Write(folder);
    private readonly TextRow[] _rows = Texts.Rows(4);
    private readonly float[]?[] _expected = new float[]?[Methods.Length];

    public void Step(int number)
    {
        MLContext ml = new(1);
        int method = number % Methods.Length;
        AdaMixOptions options = TinyModels.Options(_encoder, method: Methods[method]()) with { Epochs = 2, ValidationFraction = 0.25 };
        options = options.Method.SupportsMixture ? options : options with { Mixture = MixtureOptions.None };
        ITransformer model = TinyModels.Train(ml, options, rows: 24);
        float[] scores = [.. TinyModels.Predict(ml, model, _rows).SelectMany(score => score)];
        SameBits.Require(_expected[method] ??= scores, scores, $"training {number}");
        if (number / Methods.Length % 2 == 0)
        {
            (model as IDisposable)?.Dispose();
        }
    }

    public void Dispose()
    {
        // The folder is its maker's.
    }
}
