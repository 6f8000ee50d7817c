using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>Many tasks on one encoder. Counts the process's native memories, hence alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ManyDeltasTests : IDisposable
{
    private const int Tasks = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new();

    [TestMethod]
    public void Sixteen_delta_files_on_one_encoder_have_its_weights_in_memory_once()
    {
        LoadedEncoder encoder = Large(seed: 501);
        PretrainedEncoder folder = EncoderFolders.Write(_folder, encoder);
        string[] files = [.. Enumerable.Range(0, Tasks).Select(task => Save(encoder, task, withEncoder: false))];
        long sizes = files.Sum(file => new FileInfo(file).Length);
        using IDisposable registration = folder.Register();
        AdaMixTransformer[] tasks = [.. files.Select((file, task) => Load(file, task % 2 == 0 ? folder : null))];

        // One object for all, whether the encoder was given or found.
        LoadedEncoder shared = tasks[0].Model.Tuned.Encoder;
        Assert.IsTrue(Array.TrueForAll(tasks, task => ReferenceEquals(task.Model.Tuned.Encoder, shared)));
        Assert.IsLessThan(encoder.Weights.Values.Sum(weight => weight.Count * sizeof(float)), sizes);

        // One native memory for all sessions.
        int sessions = LiveSessions.Count();
        int memories = EncoderMemory.Made;
        float[][] scores = [.. tasks.Select(task => Classifiers.Scores(task, Classifiers.Rows(1))[0])];
        Assert.AreEqual(sessions + Tasks, NativeSession.Live);
        Assert.AreEqual(memories + 1, EncoderMemory.Made);

        // And sixteen different tasks.
        Assert.HasCount(Tasks, scores.Select(score => string.Join(' ', score)).Distinct(StringComparer.Ordinal));
        Array.ForEach(tasks, task => task.Dispose());
    }

    [TestMethod]
    public void Sixteen_self_contained_files_of_one_encoder_have_its_weights_in_memory_once()
    {
        LoadedEncoder encoder = Large(seed: 502);
        string[] files = [.. Enumerable.Range(0, Tasks).Select(task => Save(encoder, task, withEncoder: true))];
        long weights = encoder.Weights.Values.Sum(weight => weight.Count * sizeof(float));
        long before = LiveBytes.Count();

        AdaMixTransformer[] tasks = [.. files.Select(file => Load(file, null))];

        Assert.IsGreaterThan(before + weights, NativeBytes.Live);
        Assert.IsLessThan(before + (weights * 3 / 2), NativeBytes.Live);
        Assert.IsTrue(Array.TrueForAll(tasks, task => ReferenceEquals(task.Model.Tuned.Encoder, tasks[0].Model.Tuned.Encoder)));
    }

    public void Dispose() => _folder.Dispose();

    // Of 3 MB, so that a second copy shows.
    private static LoadedEncoder Large(int seed)
    {
        LoadedEncoder tokens = Classifiers.Model().Tuned.Encoder;
        return TestModels.Encoder(tokens.Config with { MaxPositions = 50_000 }, seed) with { Tokenizer = tokens.Tokenizer };
    }

    private string Save(LoadedEncoder encoder, int task, bool withEncoder)
    {
        string path = Path.Combine(_folder.Path, $"{task}.zip");
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model() with { Tuned = TestModels.Model(encoder, seed: 100 + task) });
        if (withEncoder)
        {
            _ml.Model.Save(model, null, path);
        }
        else
        {
            _ml.Model.SaveDelta(model, null, path);
        }

        return path;
    }

    private AdaMixTransformer Load(string path, PretrainedEncoder? encoder)
    {
        ITransformer loaded = encoder is null ? _ml.Model.Load(path, out _) : _ml.Model.LoadDelta(path, encoder, out _);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }
}
