using System.Reflection;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

[TestClass]
public sealed class ErrorCauseTests
{
    [TestMethod]
    public void What_MLNET_s_threads_met_is_told_not_that_somebody_waited()
    {
        DllNotFoundException missing = new("Unable to load shared library 'onnxruntime'.");
        MLContext ml = new(seed: 1);
        IDataView given = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5000).Select(_ => new Row()));
        IDataView rows = ml.Transforms.CustomMapping<Row, Row>((_, _) => throw missing, contractName: null).Fit(given).Transform(given);

        Exception met = Assert.Throws<Exception>(() => ml.Data.Cache(rows).GetColumn<float>(nameof(Row.Value)).Sum());

        Assert.AreNotSame(missing, met, "ML.NET passes it on as it is; this class is not needed.");
        Assert.AreSame(missing, ErrorCause.Of(met));
    }

    [TestMethod]
    public void An_error_that_tells_its_cause_itself_stays()
    {
        InvalidDataException told = new("'a.zip' is damaged.", new IOException("short"));
        Assert.AreSame(told, ErrorCause.Of(new TargetInvocationException(told)));
    }

    private sealed class Row
    {
        public float Value { get; set; }
    }
}
