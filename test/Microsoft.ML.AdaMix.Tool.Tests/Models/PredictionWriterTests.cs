using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Tests.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Models;

[TestClass]
public sealed class PredictionWriterTests
{
    private static readonly Prediction Ham = new("ham", 0.75, [0.75, 0.25]);

    [TestMethod]
    [DataRow("tsv", "text\tpredicted\tprobability\nhello\told\t1\n",
        "text\tpredicted\tprobability\tpredicted_2\tprobability_2\nhello\told\t1\tham\t0.75\n")]
    [DataRow("csv", "predicted,predicted_2,text\nold,older,hello\n",
        "predicted,predicted_2,text,predicted_3,probability\nold,older,hello,ham,0.75\n")]
    [DataRow("jsonl", """{"text":"hello","predicted":"OLD"}""",
        """{"text":"hello","predicted":"OLD","predicted_2":"ham","probability":0.75}""" + "\n")]
    public void Columns_that_rows_have_already_stay_and_those_of_the_model_get_other_names(string format, string rows, string written) =>
        Assert.AreEqual(written, Write(rows, RowFormats.Names[format], withScores: false));

    [TestMethod]
    [DataRow("tsv", "text\tham\nhello\t7\n", "text\tham\tpredicted\tprobability\tham_2\tspam\nhello\t7\tham\t0.75\t0.75\t0.25\n")]
    [DataRow("jsonl", """{"text":"hello","scores":1}""",
        """{"text":"hello","scores":1,"predicted":"ham","probability":0.75,"scores_2":{"ham":0.75,"spam":0.25}}""" + "\n")]
    public void Scores_get_other_names_too(string format, string rows, string written) =>
        Assert.AreEqual(written, Write(rows, RowFormats.Names[format], withScores: true));

    [TestMethod]
    public void A_later_object_with_a_property_of_the_models_name_is_refused_by_its_line()
    {
        string error = Assert.ThrowsExactly<InvalidDataException>(() => Write(
            """
            {"text":"hello"}
            {"text":"hello","predicted":"OLD"}
            """, RowFormat.JsonLines, withScores: false)).Message;
        Assert.Contains("line 2: the row has a 'predicted' of its own", error);
    }

    private static string Write(string text, RowFormat format, bool withScores)
    {
        using RowReader rows = Rows.Open(text, format);
        using StringWriter written = new() { NewLine = "\n" };
        PredictionWriter writer = new(written, rows, new MulticlassTask(["ham", "spam"]), withScores);
        writer.WriteHeader();
        while (rows.MoveNext())
        {
            writer.Write(rows.Raw, rows.Line, Ham);
        }

        return $"{written}";
    }
}
