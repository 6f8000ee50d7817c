using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Evaluators compare keys by their numbers; who mapped the labels anew is told.</summary>
[TestClass]
public class LabelOrderTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    [TestInitialize]
    public void Listen() => _ml.Log += (_, entry) =>
    {
        if (entry.Kind == ChannelMessageKind.Warning)
        {
            _warnings.Add(entry.Message);
        }
    };

    [TestMethod]
    [DataRow("food,animal,person")]
    [DataRow("person,food")]
    [DataRow("drink,animal")]
    public void A_label_column_in_another_order_than_the_model_s_is_warned_of(string order)
    {
        Transform(order);

        Assert.HasCount(1, _warnings);
        Assert.Contains("Label column 'Kind'", _warnings[0]);
        Assert.Contains("Evaluate", _warnings[0]);
    }

    [TestMethod]
    [DataRow("animal,food,person")]
    [DataRow("animal,food")]
    [DataRow("animal,food,person,drink")]
    [DataRow("red,green")]
    public void One_in_the_same_order_or_about_something_else_is_not(string order)
    {
        Transform(order);

        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void The_warning_names_the_keys_of_the_first_such_label()
    {
        Transform("food,animal,person");

        Assert.Contains("'food' is key 1, and key 2 of the model", _warnings[0]);
    }

    [TestMethod]
    public void Labels_that_are_no_keys_and_models_without_names_or_record_are_not_warned_of()
    {
        ServedModel model = Trained();
        new AdaMixTransformer(_ml, model).Transform(Rows(Classifiers.Names));
        foreach (ServedModel other in (ServedModel[])[model with { Labels = LabelKeys.Numbered(3) }, model with { Training = null }])
        {
            new AdaMixTransformer(_ml, other).Transform(Keyed("food,animal"));
        }

        Assert.IsEmpty(_warnings);
    }

    private void Transform(string order) => new AdaMixTransformer(_ml, Trained()).Transform(Keyed(order));

    private static ServedModel Trained() => Classifiers.Model() with { Training = TrainingRecords.Some() };

    private IDataView Keyed(string order)
    {
        IDataView rows = Rows(order.Split(','));
        return _ml.Transforms.Conversion.MapValueToKey("Kind").Fit(rows).Transform(rows);
    }

    private IDataView Rows(string[] kinds) => _ml.Data.LoadFromEnumerable(kinds.Select(kind => new Row { Kind = kind, Text = kind }));

    private sealed class Row
    {
        public string Kind { get; set; } = string.Empty;

        public string Text { get; set; } = string.Empty;
    }
}
