using System.Diagnostics;
using Microsoft.ML.AdaMix.Reliability.Samples;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>Does a part's steps, and reads what the process holds now and then.</summary>
internal static class EnduranceRun
{
    private const int MostReadings = 60;

    /// <param name="part">The part.</param>
    /// <param name="scale">The share of its steps.</param>
    /// <param name="progress">Shows how far it is.</param>
    public static PartResult Run(EndurancePart part, double scale, LiveLine progress)
    {
        int count = Math.Max(part.Fewest, (int)(part.Count * scale));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-endurance-");
        int wanted = Math.Min(count, MostReadings);
        ProcessReading[] readings = new ProcessReading[wanted]; // now, so that they do not count
        int taken = 0;
        Stopwatch clock = new();
        int done = 0;
        string? error = null;
        try
        {
            using IEnduranceWork work = part.Start(folder.FullName);
            while (done < count)
            {
                int next = (int)((taken + 1L) * count / wanted);
                clock.Start();
                for (; done < next; done++)
                {
                    work.Step(done);
                    if (progress.IsSeen && (done & 0xff) == 0)
                    {
                        Show();
                    }
                }

                clock.Stop();
                readings[taken++] = ProcessReading.Take(done);
                Show();
            }
        }
        catch (Exception caught)
        {
            error = caught is ReliabilityException ? caught.Message : caught.ToString().ReplaceLineEndings(" ");
        }
        finally
        {
            folder.Delete(recursive: true);
            progress.Clear();
        }

        return new PartResult(
            part.Name, done, done / clock.Elapsed.TotalSeconds, part.Slack, readings[..taken], error);

        void Show() => progress.Show($"{part.Name}: {done} of {count}, {clock.Elapsed.TotalSeconds:f0} s");
    }
}
