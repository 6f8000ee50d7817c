using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Microsoft.ML.AdaMix.Benchmarks.Pieces;

/// <summary>Runs the small pieces with BenchmarkDotNet, in this process: the native libraries are where this program has them.</summary>
internal static class PieceRun
{
    public static void Run(bool quick)
    {
        Job job = (quick ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkRunner.Run<PieceBenchmarks>(
            DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine(Path.GetTempPath(), "adamix-benchmarks")));
    }
}
