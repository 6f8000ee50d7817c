using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

[TestClass]
public class SavedModelTests
{
    [TestMethod]
    public void A_loaded_model_predicts_exactly_as_the_saved_one()
    {
        ServedModel model = Classifiers.Model(columns: Classifiers.AllColumns);
        AdaMixTransformer saved = Classifiers.Transformer(model);
        TextRow[] rows = Classifiers.Rows(40);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(SavedModels.Save(saved));

        Classifiers.AreEqual(Classifiers.Scores(saved, rows), Classifiers.Scores(loaded, rows));
        Assert.AreEqual(model.Columns, loaded.Model.Columns);
        Assert.AreEqual(model.Tuned.Input, loaded.Model.Tuned.Input);
        Assert.AreEqual(model.Tuned.Encoder.Config, loaded.Model.Tuned.Encoder.Config);
    }

    [TestMethod]
    public void A_model_saved_after_loading_is_the_same_bytes_in_every_part()
    {
        byte[] first = SavedModels.Save(Classifiers.Transformer());

        byte[] second = SavedModels.Save(SavedModels.LoadClassifier(first));

        foreach (string part in SavedModels.Entries(first).Where(name => name.Contains("AdaMix.", StringComparison.Ordinal)))
        {
            CollectionAssert.AreEqual(Content(first, part), Content(second, part), part);
        }
    }

    [TestMethod]
    public void The_input_schema_is_saved_with_the_model()
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Classifiers.Rows(1));
        using MemoryStream stream = new(SavedModels.Save(Classifiers.Transformer(), rows.Schema));

        ml.Model.Load(stream, out DataViewSchema schema);

        CollectionAssert.AreEqual(rows.Schema.Select(column => column.Name).ToArray(), schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Two_models_loaded_from_files_with_the_same_encoder_share_it()
    {
        byte[] animals = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(headSeed: 2)));
        byte[] sentiments = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(LabelKeys.Numbered(2), headSeed: 9)));
        byte[] otherEncoder = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 8)));

        AdaMixTransformer first = SavedModels.LoadClassifier(animals);
        AdaMixTransformer second = SavedModels.LoadClassifier(sentiments);

        Assert.AreSame(first.Model.Tuned.Encoder, second.Model.Tuned.Encoder);
        Assert.AreNotSame(first.Model.Tuned.Encoder, SavedModels.LoadClassifier(otherEncoder).Model.Tuned.Encoder);
    }

    [TestMethod]
    public void Text_labels_survive_saving_and_loading() => LabelsSurvive(["b", "a", "x y", "ü \"quoted\"\n漢"]);

    [TestMethod]
    public void Integer_labels_survive_saving_and_loading() => LabelsSurvive([7, -2, int.MinValue]);

    [TestMethod]
    public void Float_labels_survive_bit_for_bit() => LabelsSurvive([0.1f, -1e-38f, 1f / 3]);

    [TestMethod]
    public void Boolean_labels_survive_saving_and_loading() => LabelsSurvive([true, false]);

    [TestMethod]
    public void Date_labels_survive_saving_and_loading() =>
        LabelsSurvive([new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Unspecified).AddTicks(4), DateTime.MinValue, DateTime.MaxValue]);

    [TestMethod]
    public void Numbered_labels_survive_saving_and_loading()
    {
        LabelKeys loaded =
            SavedModels.LoadClassifier(SavedModels.Save(Classifiers.Transformer(Classifiers.Model(LabelKeys.Numbered(5))))).Model.Labels;

        Assert.AreEqual(5, loaded.Count);
        Assert.IsNull(loaded.TypeName);
    }

    // The way of a label: column, key, saved model, prediction, value of the original type.
    private static void LabelsSurvive<T>(T[] values)
    {
        MLContext ml = new(seed: 1);
        IDataView labelled = ml.Data.LoadFromEnumerable(values.Select(value => new Labelled<T> { Label = value }));
        IDataView keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(labelled).Transform(labelled);
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model(LabelKeys.From(keys.Schema["Label"])));
        IDataView rows = ml.Data.LoadFromEnumerable(Classifiers.Rows(30));

        ITransformer loaded = SavedModels.Load(SavedModels.Save(model));

        IDataView scored = loaded.Transform(rows);
        IDataView mapped = ml.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel").Fit(scored).Transform(scored);
        uint[] predicted = [.. model.Transform(rows).GetColumn<uint>("PredictedLabel")];
        CollectionAssert.AreEqual(predicted.Select(key => values[key - 1]).ToArray(), mapped.GetColumn<T>("Value").ToArray());
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        Assert.AreEqual(values.Length, slots.Length);
    }

    private static byte[] Content(byte[] saved, string entry)
    {
        byte[] found = [];
        SavedModels.WithEntry(saved, entry, content => found = content);
        return found;
    }

    private sealed class Labelled<T>
    {
        public T Label { get; set; } = default!;
    }
}
