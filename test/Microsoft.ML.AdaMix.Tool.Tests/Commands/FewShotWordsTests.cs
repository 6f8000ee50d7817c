using Microsoft.ML.AdaMix.Tool.Commands;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class FewShotWordsTests
{
    [TestMethod]
    [DataRow(
        "9 rows and --epochs = 4 give too few steps: 12, where about 75 are wanted. Raise --epochs to 25 or more.",
        "9 rows give too few steps: 12, where about 75 are wanted. Raise --steps.")]
    [DataRow(
        "9 rows and --epochs = 4 give too few steps for 4 experts: 12, where about 75 an expert are wanted. Raise --epochs to 25 or more, "
        + "or lower --experts.",
        "9 rows give too few steps for 4 experts: 12, where about 75 an expert are wanted. Raise --steps, or lower --experts.")]
    [DataRow("words of your own are mostly better (--verbalizer).", "words of your own are mostly better (--templates).")]
    public void Advice_names_what_the_command_has(string warning, string expected) =>
        Assert.AreEqual(expected, FewShotWords.Translate(warning));
}
