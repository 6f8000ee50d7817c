using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>A model and a delta file are saved over their forerunners, one model after the other.</summary>
/// <remarks>
/// After a kill each file loads, and scores, bit for bit, as the last model that was saved or as the one that was being saved.
/// </remarks>
internal sealed class SavingScenario : IKillScenario
{
    private const int Models = 8;
    private const string ModelFile = "model.zip";
    private const string DeltaFile = "model.delta.zip";
    private static readonly string[] Texts = ["a small furry mammal", "dish", ""];

    private readonly AdaMixTransformer[] _models = [.. Enumerable.Range(0, Models).Select(NumberedModels.Create)];
    private readonly float[]?[] _scores = new float[]?[Models];

    public string Name => "saving";

    public int LongestMilliseconds => 60;

    public void Work(string folder, ChildState state)
    {
        MLContext ml = new();
        long first = state.Done;
        for (long done = first; ; state.Done = ++done)
        {
            ITransformer model = _models[done / 2 % Models];
            if (done % 2 == 0)
            {
                ml.Model.SaveAtomically(model, null, Path.Combine(folder, ModelFile));
            }
            else
            {
                ml.Model.SaveDelta(model, null, Path.Combine(folder, DeltaFile), DeltaPrecision.Exact);
            }

            state.IsReady |= done > first; // its code is compiled now, and work goes fast
        }
    }

    public string? Check(string folder, ChildState state)
    {
        new MLContext().Model.SaveDelta(_models[0], null, Stream.Null); // the delta files' encoder is known then

        // Of the pieces of work, the even ones are models and the odd ones delta files.
        long lastModel = state.Done - 1 - ((state.Done - 1) % 2);
        long lastDelta = state.Done - 1 - (state.Done % 2);
        return Check(folder, ModelFile, lastModel, isHit: state.Done % 2 == 0)
            ?? Check(folder, DeltaFile, lastDelta, isHit: state.Done % 2 == 1);
    }

    private string? Check(string folder, string file, long last, bool isHit)
    {
        string path = Path.Combine(folder, file);
        if (last < 0 && !File.Exists(path))
        {
            return null; // never yet saved
        }

        try
        {
            float[] found = Scores(new MLContext().Model.Load(path, out _));
            long[] expected = isHit ? [last, last + 2] : [last];
            return expected.Any(piece => piece >= 0 && found.AsSpan().SequenceEqual(Expected((int)(piece / 2 % Models))))
                ? null
                : $"{file} is none of the models {string.Join(", ", expected)}.";
        }
        catch (Exception error)
        {
            return $"{file} does not load: {error.Message}";
        }
    }

    private float[] Expected(int number) => _scores[number] ??= Scores(_models[number]);

    private static float[] Scores(ITransformer model)
    {
        using IDisposable? disposable = model as IDisposable;
        IDataView rows = new MLContext().Data.LoadFromEnumerable(Texts.Select(text => new Row { Text = text }));
        return [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score)];
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }
}
