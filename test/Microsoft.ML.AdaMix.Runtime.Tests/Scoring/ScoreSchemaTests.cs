using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

[TestClass]
public class ScoreSchemaTests
{
    [TestMethod]
    public void Columns_follow_the_input_in_a_fixed_order_with_their_types()
    {
        DataViewSchema output = Output(Classifiers.AllColumns);

        CollectionAssert.AreEqual(
            new[] { "Text", "Second", "Label", "Number", "PredictedLabel", "Score", "Logits", "Embedding" },
            output.Select(column => column.Name).ToArray());
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), output["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), output["Score"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), output["Logits"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 16), output["Embedding"].Type);
    }

    [TestMethod]
    public void Logits_and_embedding_are_there_only_if_asked_for()
    {
        Assert.IsNull(Output(Classifiers.Columns).GetColumnOrNull("Logits"));
        Assert.AreEqual(5, Output(Classifiers.Columns with { Embedding = "Embedding" })["Embedding"].Index - 1);
    }

    [TestMethod]
    public void Classes_name_the_keys_and_the_slots()
    {
        DataViewSchema output = Output(Classifiers.AllColumns);

        CollectionAssert.AreEqual(Classifiers.Names, Texts(output["PredictedLabel"], "KeyValues"));
        CollectionAssert.AreEqual(Classifiers.Names, Texts(output["Score"], "SlotNames"));
        CollectionAssert.AreEqual(Classifiers.Names, Texts(output["Score"], "TrainingLabelValues"));
        CollectionAssert.AreEqual(Classifiers.Names, Texts(output["Logits"], "SlotNames"));
    }

    [TestMethod]
    public void Numbered_classes_have_neither_key_values_nor_slot_names()
    {
        DataViewSchema output = Classifiers.Transformer(Classifiers.Model(LabelKeys.Numbered(4))).GetOutputSchema(Input());

        Assert.AreEqual(new KeyDataViewType(typeof(uint), 4), output["PredictedLabel"].Type);
        Assert.IsNull(output["PredictedLabel"].Annotations.Schema.GetColumnOrNull("KeyValues"));
        Assert.IsNull(output["Score"].Annotations.Schema.GetColumnOrNull("SlotNames"));
    }

    [TestMethod]
    public void Annotations_are_those_of_a_multiclass_trainer_of_ML_NET()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Classifiers.Rows(30));
        DataViewSchema reference = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.FeaturizeText("Features", "Text"))
            .Append(ml.MulticlassClassification.Trainers.NaiveBayes())
            .Fit(data).Transform(data).Schema;
        DataViewSchema output = Output(Classifiers.Columns);

        foreach (string column in (string[])["PredictedLabel", "Score"])
        {
            DataViewSchema.Annotations expected = reference[column].Annotations;
            DataViewSchema.Annotations found = output[column].Annotations;
            CollectionAssert.AreEquivalent(expected.Schema.Select(Describe).ToArray(), found.Schema.Select(Describe).ToArray(), column);
            Assert.AreEqual(Text(expected, "ScoreColumnKind"), Text(found, "ScoreColumnKind"), column);
            Assert.AreEqual(Text(expected, "ScoreValueKind"), Text(found, "ScoreValueKind"), column);
            Assert.AreEqual(ScoreSet(reference[column]), ScoreSet(output[column]), column);
        }
    }

    [TestMethod]
    public void A_second_classifier_behind_a_first_has_its_own_score_set_and_hides_its_columns()
    {
        DataViewSchema first = Output(Classifiers.Columns);

        DataViewSchema second = Classifiers.Transformer().GetOutputSchema(first);

        Assert.AreEqual(1u, ScoreSet(first["Score"]));
        Assert.AreEqual(2u, ScoreSet(second["Score"]));
        Assert.AreEqual(2u, ScoreSet(second["PredictedLabel"]));
        Assert.IsTrue(second[first["Score"].Index].IsHidden);
    }

    [TestMethod]
    public void A_missing_text_column_is_named_with_the_columns_that_are_there()
    {
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model(columns: Classifiers.Columns with { Text = "Body" }));

        ArgumentException error = Assert.Throws<ArgumentException>(() => model.GetOutputSchema(Input()));

        Assert.Contains("'Body'", error.Message);
        Assert.Contains("Text, Second, Label, Number", error.Message);
    }

    [TestMethod]
    public void A_text_column_of_another_type_is_named_with_its_type()
    {
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model(columns: Classifiers.Columns with { SecondText = "Number" }));

        ArgumentException error = Assert.Throws<ArgumentException>(() => model.GetOutputSchema(Input()));

        Assert.Contains("'Number'", error.Message);
        Assert.Contains("Int32", error.Message);
    }

    private static DataViewSchema Input() => new MLContext().Data.LoadFromEnumerable(Classifiers.Rows(0)).Schema;

    private static DataViewSchema Output(ScoringColumns columns) =>
        Classifiers.Transformer(Classifiers.Model(columns: columns)).GetOutputSchema(Input());

    private static string Describe(DataViewSchema.Column annotation) => $"{annotation.Name}: {annotation.Type}";

    private static string[] Texts(DataViewSchema.Column column, string annotation)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(annotation, ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private static string Text(DataViewSchema.Annotations annotations, string name)
    {
        ReadOnlyMemory<char> value = default;
        annotations.GetValue(name, ref value);
        return value.ToString();
    }

    private static uint ScoreSet(DataViewSchema.Column column)
    {
        uint value = 0;
        column.Annotations.GetValue("ScoreColumnSetId", ref value);
        return value;
    }
}
