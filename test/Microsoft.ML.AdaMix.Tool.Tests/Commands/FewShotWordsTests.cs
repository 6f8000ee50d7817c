using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class FewShotWordsTests
{
    [TestMethod]
    [DataRow(
        "9 rows in 4 epochs give too few steps: 12, where about 75 are wanted. Raise --epochs to 25 or more. There is 1 "
        + "expert instead of 4, which want 100 epochs.",
        "9 rows give too few steps: 12, where about 75 are wanted. Raise --steps. There is 1 expert instead of 4.")]
    [DataRow(
        "9 rows in 4 epochs give too few steps for 4 experts: 12, where about 75 an expert are wanted. Raise --epochs to 25 or more, "
        + "or lower --experts.",
        "9 rows give too few steps for 4 experts: 12, where about 75 an expert are wanted. Raise --steps, or lower experts of the "
        + "method.")]
    [DataRow("each wants 75. More --epochs allow more; --experts sets a number.",
        "each wants 75. More --steps allow more; experts of the method sets a number.")]
    [DataRow("Class 0 has no training row; give --verbalizer.", "Class 0 has no training row; give --templates.")]
    [DataRow("Fewer rows, or a lower --self-training-share, are faster.",
        "Fewer rows, or a lower self-training-share of the method, are faster.")]
    [DataRow("words of your own are mostly better (--verbalizer).", "words of your own are mostly better (--templates).")]
    public void Advice_names_what_the_command_has(string warning, string expected) =>
        Assert.AreEqual(expected, FewShotWords.Translate(StudyWords.Translate(warning)));
}
