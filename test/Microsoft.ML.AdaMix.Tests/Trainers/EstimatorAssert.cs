using Microsoft.ML.AdaMix.Hosting;
using Column = Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>What ML.NET's own tests ask of every estimator, with promises compared in both directions.</summary>
internal static class EstimatorAssert
{
    /// <summary>Fits the estimator; its promise and all ways to the transformer's schema say the same.</summary>
    public static void KeepsItsPromise(IEstimator<ITransformer> estimator, IDataView data)
    {
        string[] promised = Describe(estimator.GetOutputSchema(HostInternals.Shape(data.Schema)));
        ITransformer model = estimator.Fit(data);
        foreach (DataViewSchema delivered in (DataViewSchema[])[
            model.GetOutputSchema(data.Schema), model.Transform(data).Schema, model.GetRowToRowMapper(data.Schema).OutputSchema])
        {
            Assert.AreEqual(string.Join('\n', promised), string.Join('\n', Describe(HostInternals.Shape(delivered))));
        }
    }

    // One line a column and annotation: name, kind, item type, whether it is a key.
    private static string[] Describe(SchemaShape shape) =>
    [
        .. shape.OrderBy(column => column.Name, StringComparer.Ordinal)
            .SelectMany(column => column.Annotations.OrderBy(annotation => annotation.Name, StringComparer.Ordinal)
                .Select(annotation => $"{column.Name}/{Describe(annotation)}")
                .Prepend(Describe(column))),
    ];

    private static string Describe(Column column) =>
        $"{column.Name}: {column.Kind} {column.ItemType}{(column.IsKey ? " key" : string.Empty)}";
}
