using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

[TestClass]
public sealed class LabelListTests
{
    [TestMethod]
    [DataRow("[\"mail\", \"all\"]")]
    [DataRow("['mail', 'all']")]
    [DataRow("['mail' 'all']")]
    [DataRow("[mail, all]")]
    [DataRow("[ 'mail','all', ]")]
    [DataRow("('mail', 'all')")]
    [DataRow("{'mail', 'all'}")]
    [DataRow("[u'mail', u'all']")]
    [DataRow("['mail', 'all', None]")]
    [DataRow("[\"m\\u0061il\", \"\\x61ll\"]")]
    public void A_list_is_its_items(string cell) =>
        CollectionAssert.AreEqual(new[] { "mail", "all" }, LabelList.Parse(cell)!.Items.ToArray());

    [TestMethod]
    [DataRow("['it\\'s', \"say \\\"hi\\\", please\", 'a;b']", "it's|say \"hi\", please|a;b")]
    [DataRow("[breaking news, sport]", "breaking news|sport")]
    [DataRow("[1, 0 1. True]", "1|0|1.|True")]
    [DataRow("[]", "")]
    [DataRow("()", "")]
    [DataRow("set()", "")]
    public void Quotes_blanks_and_numbers_are_read(string cell, string items) => CollectionAssert.AreEqual(
        items.Split('|', StringSplitOptions.RemoveEmptyEntries), LabelList.Parse(cell)!.Items.ToArray());

    [TestMethod]
    [DataRow("mail")]
    [DataRow("(other)")]
    [DataRow("{other}")]
    [DataRow("a [b]")]
    [DataRow("[")]
    [DataRow("")]
    public void Names_with_brackets_are_names(string cell) => Assert.IsNull(LabelList.Parse(cell));

    [TestMethod]
    [DataRow("['mail', 'all'")]
    [DataRow("['mail', ['all']]")]
    [DataRow("[[1, 0], [0, 1]]")]
    [DataRow("['mail' - 'all']")]
    [DataRow("[a,,b]")]
    [DataRow("{\"mail\": 1}")]
    public void What_begins_as_a_list_and_is_none_is_refused(string cell) =>
        Assert.ThrowsExactly<FormatException>(() => LabelList.Parse(cell));
}
