using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>What files keep of a training.</summary>
[TestClass]
public sealed class TrainingRecordTests
{
    [TestMethod]
    public void A_model_and_a_delta_file_keep_the_record_of_the_training_with_every_value()
    {
        TrainingRecord expected = TrainingRecords.Some();
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model() with { Training = expected });

        foreach (byte[] file in (byte[][])[SavedModels.Save(model), DeltaFiles.Save(model, DeltaPrecision.Compact)])
        {
            TrainingRecord found = SavedModels.LoadClassifier(file).Training!;
            foreach (System.Reflection.PropertyInfo property in typeof(TrainingRecord).GetProperties().Where(
                property => property.Name != nameof(TrainingRecord.Notes)))
            {
                Assert.AreEqual(property.GetValue(expected), property.GetValue(found), property.Name);
            }

            CollectionAssert.AreEqual(expected.Notes.ToArray(), found.Notes.ToArray());
        }
    }

    [TestMethod]
    public void A_record_gives_method_and_columns_out_of_its_options()
    {
        TrainingRecord record = TrainingRecords.Some();

        Assert.AreEqual("lora", record.Method);
        Assert.AreEqual("Body", record.TextColumnName);
        Assert.IsNull(record.SecondTextColumnName);
        Assert.AreEqual("Kind", record.LabelColumnName);
        Assert.AreEqual("Weight", record.ExampleWeightColumnName);
        Assert.Contains("\"rank\":8", record.OptionsJson);
    }

    [TestMethod]
    public void A_file_without_a_record_is_read_and_has_none()
    {
        byte[] saved = SavedModels.WithManifest(
            SavedModels.Save(Classifiers.Transformer(Classifiers.Model() with { Training = TrainingRecords.Some() })),
            (JsonObject manifest) => manifest.Remove("Training"));

        Assert.IsNull(SavedModels.LoadClassifier(saved).Training);
    }

    [TestMethod]
    public void A_model_with_a_record_is_the_same_bytes_after_loading_and_saving()
    {
        byte[] first = SavedModels.Save(Classifiers.Transformer(Classifiers.Model() with { Training = TrainingRecords.Some() }));

        byte[] second = SavedModels.Save(SavedModels.LoadClassifier(first));

        CollectionAssert.AreEqual(SavedModels.Part(first, ModelFormat.ManifestPart), SavedModels.Part(second, ModelFormat.ManifestPart));
    }

    [TestMethod]
    public void The_record_stays_with_a_model_that_scores_in_another_precision()
    {
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model() with { Training = TrainingRecords.Some() });

        Assert.AreEqual(42, model.WithServingPrecision(ServingPrecision.Int8).Training!.Seed);
    }
}
