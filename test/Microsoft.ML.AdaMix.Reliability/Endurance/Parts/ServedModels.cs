using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>A model that a service answers with and replaces now and then by another one, without waiting for anybody.</summary>
internal sealed class ServedModels
{
    private readonly MLContext _ml = new(1);
    private readonly byte[][] _files;
    private readonly float[][][] _expected;
    private (ITransformer Model, int File) _current;
    private readonly Lock _lock = new();

    public ServedModels(string folder, int rows)
    {
        Rows = Texts.Rows(rows);
        PretrainedEncoder encoder = TinyEncoder.Write(folder);
        ITransformer[] models = [.. Enumerable.Range(1, 3).Select(seed => TinyModels.Train(_ml, TinyModels.Options(encoder, seed)))];
        _files = [.. models.Select(model => TinyModels.Save(_ml, model))];
        _expected = [.. models.Select(model => TinyModels.Predict(_ml, model, Rows))]; // by one thread
        _current = (TinyModels.Load(_ml, _files[0]), 0);
    }

    public TextRow[] Rows { get; }

    /// <summary>Loads the next model, gives it out from now on, and disposes the old one while others still answer with it.</summary>
    public void Swap()
    {
        int file = (_current.File + 1) % _files.Length;
        ITransformer next = TinyModels.Load(_ml, _files[file]);
        ITransformer old;
        lock (_lock)
        {
            old = _current.Model;
            _current = (next, file);
        }

        (old as IDisposable)?.Dispose();
    }

    /// <summary>An engine on the current model, and what that answers.</summary>
    public (PredictionEngine<TextRow, TextScores> Engine, float[][] Expected) Engine()
    {
        (ITransformer model, int file) = Current();
        return (TinyModels.Engine(_ml, model), _expected[file]); // the model may have been replaced by now
    }

    private (ITransformer Model, int File) Current()
    {
        lock (_lock)
        {
            return _current;
        }
    }
}
