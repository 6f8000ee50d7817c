using Microsoft.ML.AdaMix.Benchmarks.Families;
using Microsoft.ML.AdaMix.Benchmarks.Growth;
using Microsoft.ML.AdaMix.Benchmarks.Loading;
using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Benchmarks.Sweep;
using Microsoft.ML.AdaMix.Benchmarks.Tokenizing;
using Microsoft.ML.AdaMix.Benchmarks.Training;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Prints each part's table and gives back what it printed.</summary>
internal static class Show
{
    public static TrainingFigures[] Training(TrainingFigures[] all) => Table(
        "training, batch 16     precision    tokens/row   rows/s   reference rows/s   ratio   GEMM GFLOP/s   share of GEMM peak",
        all,
        figures =>
            $"{figures.Encoder,-22} {figures.Precision,-12} {figures.TokensPerRow,10:f1} {figures.RowsPerSecond,8:f1} "
            + $"{figures.ReferenceRowsPerSecond,18:f2} {figures.Ratio,7:f1} {figures.GemmPeak,14:f0} {figures.GemmShare,20:p0}");

    public static LatencyFigures[] Latency(LatencyFigures[] all) => Table(
        "one row, ms            tokens   yardstick   libtorch   float32   ratio   adapters cost      int8   ratio   adapters cost",
        all,
        figures =>
            $"{figures.Encoder,-22} {figures.Tokens,6} {figures.YardstickMilliseconds,11:f2} "
            + $"{figures.LibTorchMilliseconds,10:f2} {Precision(figures.Float32)} {Precision(figures.Int8)}");

    public static ThreadsFigures[] Threads(ThreadsFigures[] all) => Table(
        "several threads        threads   yardstick rows/s   float32   int8",
        all,
        figures =>
            $"{figures.Encoder,-22} {figures.Threads,7} {figures.YardstickRowsPerSecond,18:f0} "
            + $"{figures.Float32RowsPerSecond,9:f0} {figures.Int8RowsPerSecond,6:f0}");

    public static TransformFigures[] Transform(TransformFigures[] all) => Table(
        "views, rows/s          rows   tokens   padded   batches of 32   in libtorch   float32: row by row   Transform   ratio"
        + "   int8: row by row   Transform   ratio",
        all,
        figures =>
            $"{figures.Encoder,-22} {figures.Rows,4} {figures.TokensPerRow,8:f1} {figures.PaddedTokensPerRow,8:f1} "
            + $"{figures.YardstickRowsPerSecond,15:f1} {figures.LibTorchRowsPerSecond,13:f1} "
            + $"{figures.Float32.EngineRowsPerSecond,21:f1} {View(figures.Float32)} "
            + $"{figures.Int8.EngineRowsPerSecond,18:f1} {View(figures.Int8)}");

    public static AgreementFigures[] Agreement(AgreementFigures[] all) => Table(
        "int8 and float32   test rows   same label   accuracy float32     int8",
        all,
        figures =>
            $"{figures.Data,-18} {figures.TestRows,9} {figures.Agreement,12:p2} {figures.Float32Accuracy,18:p2} "
            + $"{figures.Int8Accuracy,8:p2}");

    public static LoadingFigures[] Loading(LoadingFigures[] all) => Table(
        "loading, fresh process                  tasks    file MB    load ms   to first prediction ms   each further ms   process MB   "
        + "before MB",
        all,
        figures => $"{figures.Encoder,-22} {figures.Form,-16} {figures.Tasks,5} {figures.Megabytes,10:f2} {Process(figures.Process)}");

    public static FrozenFigures[] Frozen(FrozenFigures[] all) => Table(
        "frozen lower half       method     precision   epochs   dropout there rows/s   once a step rows/s   kept rows/s   ratio",
        all,
        figures =>
            $"{figures.Encoder,-23} {figures.Method,-10} {figures.Precision,-10} {figures.Epochs,7} "
            + $"{figures.WithDropout,22:f1} {figures.OncePerStep,20:f1} {figures.Kept,13:f1} {figures.Kept / figures.WithDropout,7:f2}");

    public static SweepFigures[] Sweep(SweepFigures[] all) => Table(
        "until the first step, ms     rows   nothing in memory   first trial   trials after it",
        all,
        figures => $"{figures.Encoder,-22} {figures.Rows,10} {figures.Unheld,19:f0} {figures.First,13:f0} {figures.Later,17:f0}");

    public static MemoryFigures[] Memory(MemoryFigures[] all) => Table(
        "batch 16 x 128, AdaMix     variant                   added MiB   peak MiB   s/step",
        all,
        figures => $"{figures.Encoder,-26} {figures.Variant,-25} {figures.Added,9:f0} {figures.Peak,10:f0} {figures.Seconds,8:f2}");

    public static GrowthFigures[] Growth(GrowthFigures[] all) => Table(
        "rows, head only   reading s   rows/s read   working set MiB   held MiB   bytes/row   allocated MiB   rows/s trained",
        all,
        figures =>
            $"{figures.Rows,15} {figures.ReadingSeconds,11:f1} {figures.RowsPerSecondRead,13:f0} "
            + $"{figures.WorkingSet,17:f0} {figures.Managed,10:f0} {figures.BytesPerRow,11:f0} "
            + $"{figures.Allocated,15:f0} {figures.RowsPerSecondTrained,16:f0}");

    public static TokenizerFigures[] Tokenizers(TokenizerFigures[] all) => Table(
        "1,000 texts/s, one thread   vocabulary   texts   tokens/text    here   Rust   ratio   Microsoft.ML.Tokenizers",
        all,
        figures =>
            $"{figures.Tokenizer,-27} {figures.Vocabulary,10} {figures.Texts,7} {figures.TokensPerText,13:f1} {figures.Own,7:f1} "
            + $"{figures.Rust,6:f1} {figures.Own / figures.Rust,7:f2} {figures.Microsoft,25:f1}");

    public static FamilyFigures[] Families(FamilyFigures[] all) => Table(
        "AdaMix, base shapes     rows/s   to roberta-base   one row, ms   to roberta-base   int8, ms   to roberta-base",
        all,
        figures =>
            $"{figures.Family,-20} {figures.RowsPerSecond,9:f2} {figures.TrainingRatio,17:f2} {figures.Milliseconds,13:f1} "
            + $"{figures.Ratio,17:f2} {figures.Int8Milliseconds,10:f1} {figures.Int8Ratio,17:f2}");

    private static string Process(ProcessFigures figures) =>
        $"{figures.LoadMilliseconds,10:f0} {figures.FirstPredictionMilliseconds,24:f0} "
        + $"{figures.LaterLoadMilliseconds + figures.LaterPredictionMilliseconds,17:f0} {figures.MegabytesAfter,12:f0} "
        + $"{figures.MegabytesBefore,11:f0}";

    private static string View(ViewFigures figures) => $"{figures.TransformRowsPerSecond,11:f1} {figures.Ratio,7:f2}";

    private static string Precision(PrecisionFigures figures) =>
        $"{figures.Milliseconds,9:f2} {figures.Ratio,7:f2} {figures.AdapterOverhead,15:p1}";

    private static T[] Table<T>(string header, T[] all, Func<T, string> line)
    {
        Console.WriteLine();
        Console.WriteLine(header);
        Array.ForEach(all, figures => Console.WriteLine(line(figures)));
        return all;
    }
}
