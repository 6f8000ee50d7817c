using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>
/// A service that trains or loads now and then, and forgets what it no longer needs: its memory stays what it was.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class ForgottenMemoryTests
{
    private const int Rounds = 60;
    private const int RoundsToSettle = 10; // until the allocators have what they need

    private static string _folder = null!;

    [ClassInitialize]
    public static void Write(TestContext context)
    {
        _folder = Directory.CreateTempSubdirectory("adamix-float32").FullName;
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        string content = Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content");
        foreach (string file in Directory.GetFiles(content).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        using FileStream weights = File.Create(Path.Combine(_folder, "model.safetensors"));
        SafetensorsWriter.Write(weights, [.. encoder.Weights.Select(
            tensor => KeyValuePair.Create(tensor.Key, tensor.Value with { Storage = StorageType.Float32 }))]);
    }

    [ClassCleanup]
    public static void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(false)]
    [DataRow(true)]
    public void Two_rounds_of_training_and_loading_leave_no_session(bool float32Folder)
    {
        Forget();
        int before = NativeSession.Live;
        for (int round = 0; round < 2; round++)
        {
            LoadAndPredict(Train(float32Folder));
            Forget();
            Assert.AreEqual(before, NativeSession.Live);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(false)]
    [DataRow(true)]
    public void Memory_is_flat_over_many_rounds_of_training(bool float32Folder) => IsFlat(() => Train(float32Folder));

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(false)]
    [DataRow(true)]
    public void Memory_is_flat_over_many_rounds_of_loading(bool float32Folder)
    {
        byte[] saved = Train(float32Folder);
        IsFlat(() => LoadAndPredict(saved));
    }

    private static void IsFlat(Action round)
    {
        long settled = 0;
        for (int done = 1; done <= Rounds; done++)
        {
            round();
            Forget();
            if (done == RoundsToSettle)
            {
                settled = ResidentBytes();
            }
        }

        // An encoder has 65 MB. Were one kept every round, it would be some 3 GB.
        long grown = ResidentBytes() - settled;
        Assert.IsLessThan(100L << 20, grown, $"grown by {grown >> 20} MiB in {Rounds - RoundsToSettle} rounds");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] Train(bool float32Folder)
    {
        MLContext ml = new(seed: 1);
        PretrainedEncoder encoder = float32Folder ? PretrainedEncoder.FromFolder(_folder) : PretrainedEncoder.RobertaMini;
        IDataView rows = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 8, "animal", "food"));
        ITransformer model = Rows.Pipeline(ml, Rows.Quick() with { Encoder = encoder, MaxLength = 16 }).Fit(rows);
        Predict(ml, model);
        using MemoryStream file = new();
        ml.Model.Save(model, rows.Schema, file);
        return file.ToArray();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadAndPredict(byte[] saved)
    {
        MLContext ml = new();
        using MemoryStream file = new(saved);
        Predict(ml, ml.Model.Load(file, out _));
    }

    // Nothing is disposed: a service forgets.
    private static void Predict(MLContext ml, ITransformer model) => Assert.HasCount(
        2, ml.Model.CreatePredictionEngine<Row, Prediction>(model).Predict(new Row { Text = "a small furry mammal" }).Score);

    private static void Forget()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static long ResidentBytes()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
