using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Benchmarks.Loading;

/// <summary>
/// Size of model files, and time and memory that a fresh process takes to load and use them: self-contained, and as delta files on one
/// encoder.
/// </summary>
internal static class LoadingBenchmark
{
    private const int Tasks = 16;
    private const int Outputs = 6;
    private const int Bottleneck = 16;

    /// <param name="encoder">The encoder.</param>
    /// <param name="isEmbedded">Whether it is the one that every process knows; otherwise it is written to a folder.</param>
    /// <param name="rounds">Processes per figure; the median counts.</param>
    public static LoadingFigures[] Measure(LoadedEncoder encoder, bool isEmbedded, int rounds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-loading");
        try
        {
            MLContext ml = new();
            string whole = Path.Combine(folder.FullName, "whole.zip");
            string exact = Path.Combine(folder.FullName, "exact.zip");
            ml.Model.Save(Model(ml, encoder, task: 0), null, whole);
            ml.Model.SaveDelta(Model(ml, encoder, task: 0), null, exact, DeltaPrecision.Exact);
            string[] deltas = SaveDeltas(ml, encoder, folder.FullName, ServingPrecision.Float32);
            string[] int8 = SaveDeltas(ml, encoder, folder.FullName, ServingPrecision.Int8);
            string? encoderFolder = isEmbedded ? null : EncoderFolder.Write(Path.Combine(folder.FullName, "encoder"), encoder);
            (string Form, string[] Files, string? Folder)[] forms =
            [
                ("self-contained", [whole], null),
                ("exact delta file", [exact], encoderFolder),
                ("delta file", deltas[..1], encoderFolder),
                ("delta file", deltas, encoderFolder),
                ("delta file, int8", int8[..1], encoderFolder),
                ("delta file, int8", int8, encoderFolder),
            ];

            // In turn, so that a change of the machine's speed hits all of them alike.
            ProcessFigures[][] runs = [
                .. Enumerable.Range(0, rounds).Select(_ => forms.Select(form => LoadingProcess.Start(form.Folder, form.Files)).ToArray())];
            return [.. forms.Select((form, index) => new LoadingFigures(
                encoder.Name, form.Form, form.Files.Length, new FileInfo(form.Files[0]).Length / 1e6,
                Median([.. runs.Select(round => round[index])])))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] SaveDeltas(MLContext ml, LoadedEncoder encoder, string folder, ServingPrecision precision)
    {
        string[] files = [.. Enumerable.Range(0, Tasks).Select(task => Path.Combine(folder, $"{precision}-{task}.zip"))];
        for (int task = 0; task < Tasks; task++)
        {
            ml.Model.SaveDelta(Model(ml, encoder, task, precision), null, files[task]);
        }

        return files;
    }

    private static ProcessFigures Median(ProcessFigures[] runs)
    {
        double Of(Func<ProcessFigures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Length / 2);
        return new ProcessFigures(
            Of(run => run.LoadMilliseconds), Of(run => run.FirstPredictionMilliseconds), Of(run => run.LaterLoadMilliseconds),
            Of(run => run.LaterPredictionMilliseconds),
            Of(run => run.MegabytesBefore), Of(run => run.MegabytesAfter));
    }

    private static AdaMixTransformer Model(
        MLContext ml, LoadedEncoder encoder, int task, ServingPrecision precision = ServingPrecision.Float32)
    {
        Random random = new(task);
        EncoderConfig config = encoder.Config;
        HostTensor Normal(params int[] shape) => HostTensor.Create(shape, StorageType.Float32, values =>
        {
            foreach (ref float value in values.Span)
            {
                value = (float)(0.03 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            }
        });
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, config.Layers).Select(layer => new AdapterEdit(
                EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
                Normal(Bottleneck, config.HiddenSize), Normal(Bottleneck), Normal(config.HiddenSize, Bottleneck), Normal(config.HiddenSize),
                Activation.Gelu)),
        ];
        HeadWeights head = new(
            Normal(config.HiddenSize, config.HiddenSize), Normal(config.HiddenSize), Normal(Outputs, config.HiddenSize), Normal(Outputs));
        TunedModel merged = new(encoder, edits, head, new TextInput(128, SpecialTokensInText: false));
        return new AdaMixTransformer(ml, new ServedModel(
            merged, TextTask.Multiclass, LabelKeys.Numbered(Outputs),
            new ScoringColumns("Text", null, "PredictedLabel", "Score", "Probability", null, null), Precision: precision));
    }
}

/// <param name="Encoder">Of the models.</param>
/// <param name="Form">How they were saved.</param>
/// <param name="Tasks">How many are loaded.</param>
/// <param name="Megabytes">Of one file.</param>
/// <param name="Process">What loading and first predictions took.</param>
internal sealed record LoadingFigures(string Encoder, string Form, int Tasks, double Megabytes, ProcessFigures Process);
