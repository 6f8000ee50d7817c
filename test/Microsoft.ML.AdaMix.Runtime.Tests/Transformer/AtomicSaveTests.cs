using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Transformer;

[TestClass]
public sealed class AtomicSaveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adamix");

    private string Target => Path.Combine(_folder.FullName, "model.zip");

    [TestMethod]
    public void A_saved_model_replaces_the_old_file_and_can_be_loaded()
    {
        File.WriteAllText(Target, "old");
        AdaMixTransformer model = Classifiers.Transformer();
        MLContext ml = new();

        ml.Model.SaveAtomically(model, null, Target);

        Classifiers.AreEqual(
            Classifiers.Scores(model, Classifiers.Rows(3)), Classifiers.Scores(ml.Model.Load(Target, out _), Classifiers.Rows(3)));
        Assert.HasCount(1, _folder.GetFiles());
    }

    [TestMethod]
    public void A_failure_while_saving_keeps_the_old_file_and_leaves_no_temporary()
    {
        File.WriteAllText(Target, "old");

        IOException error = Assert.ThrowsExactly<IOException>(() => new MLContext().Model.SaveAtomically(new Failing(), null, Target));

        Assert.AreEqual("disk full", error.Message);
        Assert.AreEqual("old", File.ReadAllText(Target));
        Assert.HasCount(1, _folder.GetFiles());
    }

    [TestMethod]
    public void A_failure_in_the_middle_of_writing_keeps_the_old_file_and_leaves_no_temporary()
    {
        File.WriteAllText(Target, "old");

        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("disk full");
        }));

        Assert.AreEqual("old", File.ReadAllText(Target));
        Assert.HasCount(1, _folder.GetFiles());
    }

    [TestMethod]
    public void A_folder_that_is_not_there_is_named()
    {
        DirectoryNotFoundException error = Assert.ThrowsExactly<DirectoryNotFoundException>(
            () => new MLContext().Model.SaveAtomically(
                Classifiers.Transformer(), null, Path.Combine(_folder.FullName, "missing", "model.zip")));

        Assert.Contains("missing", error.Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class Failing : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new IOException("disk full");
    }
}
