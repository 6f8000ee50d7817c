using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class ResultsFileTests
{
    private static readonly TrialConfiguration Trial = Trials.Published with { Seed = 1, BestEpoch = true };

    [TestMethod]
    public void Results_are_there_after_reopening()
    {
        using TemporaryFolder folder = new();
        TrialResult failure = TrialRun.Failure(new PlannedTrial(
            "other", "name", Trial with { Seed = 2 }, [InferenceMode.Merged], KeepsExperts: false), InferenceMode.Merged,
            new InvalidOperationException("diverged"));
        using (ResultsFile results = ResultsFile.Open(folder.At("r.jsonl")))
        {
            results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
            results.Append(Trials.Result(Trial, new InferenceMode(InferenceKind.Route, 3), 0.8));
            results.Append(failure);
        }

        using ResultsFile again = ResultsFile.Open(folder.At("r.jsonl"));
        Assert.AreEqual(3, again.Count);
        TrialResult merged = again.Find(Trial.Key, InferenceMode.Merged)!;
        Assert.AreEqual(0.9, merged.Accuracy);
        Assert.AreEqual(Trial, merged.Configuration);
        Assert.AreEqual(Trial.Key, merged.Configuration.Key);
        CollectionAssert.AreEqual(new[] { 0.5, 0.75 }, merged.Trace!.Validation.ToArray());
        Assert.AreEqual(0.8, again.Find(Trial.Key, new InferenceMode(InferenceKind.Route, 3))!.Accuracy);
        Assert.IsNull(again.Find(Trial.Key, new InferenceMode(InferenceKind.Route, 4)));
        Assert.AreEqual("diverged", again.Find("other", InferenceMode.Merged)!.Error);
        Assert.IsNotNull(again.FindAny(Trial.Key));
    }

    [TestMethod]
    public void A_line_that_a_crash_cut_off_is_dropped_and_the_next_one_stands_whole()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("r.jsonl");
        using (ResultsFile results = ResultsFile.Open(path))
        {
            results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
        }

        string whole = File.ReadAllText(path);
        File.AppendAllText(path, whole[..(whole.Length / 2)]);
        using (ResultsFile results = ResultsFile.Open(path))
        {
            Assert.AreEqual(1, results.Count);
            results.Append(Trials.Result(Trial, new InferenceMode(InferenceKind.Expert, 1), 0.7));
        }

        using ResultsFile again = ResultsFile.Open(path);
        Assert.AreEqual(2, again.Count);
        Assert.HasCount(2, File.ReadAllLines(path));
    }

    [TestMethod]
    public void A_second_writer_is_refused_and_a_reader_is_not()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
        IOException error = Assert.Throws<IOException>(() => ResultsFile.Open(folder.At("r.jsonl")));
        StringAssert.Contains(error.Message, "--out", StringComparison.Ordinal);
        using ResultsFile seen = ResultsFile.Read(folder.At("r.jsonl"));
        Assert.AreEqual(1, seen.Count);
        using ResultsFile none = ResultsFile.Read(folder.At("nowhere.jsonl"));
        Assert.AreEqual(0, none.Count);
    }

    [TestMethod]
    [DataRow("[\"not ours, and no line end\"]")]
    [DataRow("notes")]
    public void A_file_that_is_not_a_studys_is_refused_and_stays(string content)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("r.jsonl", content);
        Assert.ThrowsExactly<InvalidDataException>(() => ResultsFile.Open(path));
        Assert.AreEqual(content, File.ReadAllText(path));

        string held = folder.Write("s.jsonl.lock", content);
        StringAssert.Contains(
            Assert.Throws<IOException>(() => ResultsFile.Open(folder.At("s.jsonl"))).Message, "has content", StringComparison.Ordinal);
        Assert.AreEqual(content, File.ReadAllText(held));
    }

    [TestMethod]
    [UnsupportedOSPlatform("windows")]
    public void Results_are_added_through_a_link_and_not_to_a_read_only_file_or_a_pipe()
    {
        UnixNames.Require();
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder.At("r.jsonl"), "real.jsonl");
        using (ResultsFile results = ResultsFile.Open(folder.At("r.jsonl")))
        {
            results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
            Assert.Throws<IOException>(() => ResultsFile.Open(folder.At("real.jsonl")));
        }

        Assert.AreEqual("real.jsonl", new FileInfo(folder.At("r.jsonl")).LinkTarget);
        Assert.HasCount(1, File.ReadAllLines(folder.At("real.jsonl")));
        File.SetUnixFileMode(folder.At("real.jsonl"), UnixFileMode.UserRead);
        Assert.ThrowsExactly<UnauthorizedAccessException>(() => ResultsFile.Open(folder.At("r.jsonl")));
        Assert.ThrowsExactly<IOException>(() => ResultsFile.Open(UnixNames.Pipe(folder.At("pipe"))));
    }

    [TestMethod]
    public void A_figure_that_was_altered_is_refused_and_lines_without_a_check_are_read()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("r.jsonl");
        using (ResultsFile results = ResultsFile.Open(path))
        {
            results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
        }

        string line = File.ReadAllText(path);
        File.WriteAllText(path, line.Replace("\"accuracy\":0.9", "\"accuracy\":0.8", StringComparison.Ordinal));
        string altered = Assert.ThrowsExactly<InvalidDataException>(() => ResultsFile.Read(path)).Message;
        File.WriteAllText(path, line[..line.IndexOf(",\"check\"", StringComparison.Ordinal)] + "}\n");
        using ResultsFile older = ResultsFile.Read(path);

        StringAssert.Contains(altered, "altered", StringComparison.Ordinal);
        Assert.AreEqual(0.9, older.Find(Trial.Key, InferenceMode.Merged)!.Accuracy);
    }

    [TestMethod]
    [DataRow("\"accuracy\":0.9", "\"accuracy\":90", "accuracy is 90")]
    [DataRow("\"testRows\":500", "\"testRows\":-1", "testRows are -1")]
    [DataRow("\"testRows\":500", "\"testRows\":500,\"testRows\":400", "testRows")]
    [DataRow("\"seed\":1", "\"seed\":1,\"sloth\":1", "sloth")]
    [DataRow("\"kind\":\"merged\"", "\"kind\":\"mean\"", "kind")]
    [DataRow("\"name\":\"trec6\"", "\"name\":null", "name")]
    public void A_line_without_a_check_that_makes_no_sense_is_refused(string part, string other, string named)
    {
        using TemporaryFolder folder = new();
        using (ResultsFile results = ResultsFile.Open(folder.At("r.jsonl")))
        {
            results.Append(Trials.Result(Trial, InferenceMode.Merged, 0.9));
        }

        string line = File.ReadAllText(folder.At("r.jsonl"));
        Assert.Contains(part, line);
        string plain = line[..line.IndexOf(",\"check\"", StringComparison.Ordinal)] + "}\n";
        string path = folder.Write("s.jsonl", plain.Replace(part, other, StringComparison.Ordinal));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => ResultsFile.Read(path)).Message, named, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("\"testRows\":500", "\"testRows\":500,\"calibrationError\":1.5", "calibration errors are 1.5")]
    [DataRow("\"testRows\":500", "\"testRows\":500,\"temperature\":0", "temperature is 0")]
    [DataRow("\"testRows\":500", "\"testRows\":500,\"calibratedLogLoss\":-1", "calibratedLogLoss is -1")]
    public void A_calibration_that_cannot_be_is_refused(string part, string other, string named) =>
        A_line_without_a_check_that_makes_no_sense_is_refused(part, other, named);

    [TestMethod]
    public void A_calibration_is_there_after_reopening_and_a_result_without_one_is_written_as_before()
    {
        TrialResult without = Trials.Result(Trial, InferenceMode.Merged, 0.9);
        TrialResult with = without with { CalibrationError = 0.05, Temperature = 1.5, CalibratedLogLoss = 0.3, CalibratedError = 0.01 };
        Assert.AreEqual(
            (0.05, 1.5, 0.3, 0.01),
            ResultLine.Read(ResultLine.Write(with)) is var read
                ? (read.CalibrationError, read.Temperature, read.CalibratedLogLoss, read.CalibratedError)
                : default);
        Assert.DoesNotContain("alibrat", ResultLine.Write(without));
        Assert.IsNull(ResultLine.Read(ResultLine.Write(without)).CalibrationError);
    }

    [TestMethod]
    public void The_results_in_the_documents_are_read()
    {
        foreach (string path in Directory.EnumerateFiles(
            Path.Combine(Reference.Repository, "docs", "ablations"), "results.jsonl", SearchOption.AllDirectories))
        {
            using ResultsFile results = ResultsFile.Read(path);
            Assert.IsGreaterThan(0, results.Count, path);
        }
    }

    [TestMethod]
    public void A_result_that_claims_more_rows_than_it_tells_of_takes_no_memory_for_them()
    {
        TrialResult result = Trials.Result(Trial, InferenceMode.Merged, 0.9) with { TestRows = int.MaxValue, Right = "AAAA" };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsNull(RightRows.Shares([result]));
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_damaged_whole_line_is_refused_with_its_number()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("r.jsonl", "{\"key\":1}\n");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => ResultsFile.Open(path));
        StringAssert.Contains(error.Message, "line 1", StringComparison.Ordinal);
    }
}
