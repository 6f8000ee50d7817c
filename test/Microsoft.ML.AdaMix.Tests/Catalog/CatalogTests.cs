namespace Microsoft.ML.AdaMix.Tests.Catalog;

/// <summary>Each catalog has a simple overload, and one that takes all options.</summary>
[TestClass]
public sealed class CatalogTests
{
    private static readonly MLContext Ml = new(1);

    private static IEnumerable<(string Name, Action Simple, Func<AdaMixOptions, AdaMixTrainer> Full)> Catalogs =>
    [
        ("multiclass", () => Ml.MulticlassClassification.Trainers.AdaMix("Text", "Text", epochs: 0, batchSize: -1),
            options => Ml.MulticlassClassification.Trainers.AdaMix(options)),
        ("binary", () => Ml.BinaryClassification.Trainers.AdaMix("Text", "Text", epochs: 0, batchSize: -1),
            options => Ml.BinaryClassification.Trainers.AdaMix(options)),
        ("regression", () => Ml.Regression.Trainers.AdaMix("Text", "Text", epochs: 0, batchSize: -1),
            options => Ml.Regression.Trainers.AdaMix(options)),
        ("multi-label", () => Ml.MultiLabelClassification.Trainers.AdaMix("Text", "Text", epochs: 0, batchSize: -1),
            options => Ml.MultiLabelClassification.Trainers.AdaMix(options)),
    ];

    [TestMethod]
    [DynamicData(nameof(Catalogs))]
    public void A_simple_overload_hands_over_its_arguments_and_names_all_that_are_out_of_range(
        string name, Action simple, Func<AdaMixOptions, AdaMixTrainer> full)
    {
        string found = Assert.ThrowsExactly<ArgumentException>(simple, name).Message;
        StringAssert.Contains(found, "Epochs is 0", StringComparison.Ordinal);
        StringAssert.Contains(found, "BatchSize is -1", StringComparison.Ordinal);
        StringAssert.Contains(found, "LabelColumnName", StringComparison.Ordinal);
        Assert.IsNotNull(full(new AdaMixOptions()));
        Assert.ThrowsExactly<ArgumentNullException>(() => full(null!), name);
    }
}
