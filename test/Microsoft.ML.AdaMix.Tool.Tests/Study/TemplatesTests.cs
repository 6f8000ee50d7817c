using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class TemplatesTests
{
    private static readonly string[] Opinions = ["negative", "positive"];
    private static readonly string[] Entailment = ["entailment", "not_entailment"];

    [TestMethod]
    [DataRow("anything", "negative,positive", false, "{text} It was {mask}.", "terrible,great")]
    [DataRow("anything", "objective,subjective", false, "{text} This is {mask}.", "objective,subjective")]
    [DataRow("anything", "entailment,not_entailment", true, "{text} ? {mask} , {pair}", "Yes,No")]
    [DataRow("anything", "contradiction,entailment,neutral", true, "{text} ? {mask} , {pair}", "No,Yes,Maybe")]
    [DataRow("MPQA", "0,1", false, "{text} It was {mask}.", "terrible,great")]
    [DataRow("rte", "0,1", true, "{text} ? {mask} , {pair}", "Yes,No")]
    [DataRow("questions", "ABBR,DESC,ENTY,HUM,LOC,NUM", false, "{mask}: {text}", "Expression,Description,Entity,Human,Location,Number")]
    [DataRow("questions", "DESC,ENTY,HUM,LOC,NUM", false, "{mask}: {text}", "Description,Entity,Human,Location,Number")]
    public void Published_templates_are_found_by_labels(string name, string labels, bool pairs, string text, string words)
    {
        PromptTemplate template = KnownTemplates.For(name, labels.Split(','), pairs);
        Assert.AreEqual(text, template.Text);
        Assert.AreEqual(
            Verbalizers.From(labels.Split(',').Zip(words.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second)),
            template.Verbalizers);
    }

    [TestMethod]
    [DataRow("unknown", "0,1", false, "{text} It was {mask}.")]
    [DataRow("unknown", "0,1", true, "{text} ? {mask} , {pair}")]
    [DataRow("sst2", "bad,good", false, "{text} It was {mask}.")]
    [DataRow("sst2", "negative,neutral,positive", false, "{text} It was {mask}.")]
    [DataRow("rte", "entailment,not_entailment", false, "{text} It was {mask}.")]
    [DataRow("trec", "0,1,2,3,4,5", false, "{text} It was {mask}.")]
    [DataRow("places", "human,location", false, "{text} It was {mask}.")]
    public void Other_labels_have_words_that_are_found(string name, string labels, bool pairs, string text)
    {
        PromptTemplate template = KnownTemplates.For(name, labels.Split(','), pairs);
        Assert.AreEqual(text, template.Text);
        Assert.AreEqual(Verbalizers.Automatic, template.Verbalizers);
    }

    [TestMethod]
    public void A_file_gives_templates_with_and_without_words()
    {
        using TemporaryFolder folder = new();
        TemplateFile file = TemplateFile.Read(folder.Write("templates.json", """
            {"a": {"template": "{text} So {mask}!", "words": {"positive": "good|fine", "negative": "bad"}},
             "b": {"template": "{mask} {text}"}}
            """));
        Assert.AreEqual(
            new PromptTemplate
            {
                Text = "{text} So {mask}!",
                Verbalizers = Verbalizers.From(new Dictionary<string, string> { ["positive"] = "good|fine", ["negative"] = "bad" }),
            },
            file.Find("a", Opinions, arePairs: false));
        Assert.AreEqual(Verbalizers.Automatic, file.Find("b", Opinions, arePairs: false)!.Verbalizers);
        Assert.IsNull(file.Find("c", Opinions, arePairs: false));
        CollectionAssert.AreEqual(new[] { "b" }, file.Without(["a", "c"]).ToArray());
    }

    [TestMethod]
    [DataRow("""{"a": {"words": {}}}""", "no word for 'negative', 'positive'")]
    [DataRow("""{"a": {}}""", "'a' has neither template nor words")]
    [DataRow("""{"a": {"template": "{text} {mask}", "word": {}}}""", "no file of templates")]
    [DataRow("[]", "It is a list.")]
    [DataRow("""{"a": {"templat": "{text} {mask}"}}""", "'a' has 'templat'; expected are template and words. Did you mean template?")]
    [DataRow("""{"a": {"template": 5}}""", "The template of 'a' is a number; expected is a text.")]
    [DataRow("""{"a": {"words": {"positive": 1}}}""", "The words of 'positive' are a number")]
    [DataRow("""{"a": {"template": "{text} <mask>"}}""", "has no {mask}, write it in place of <mask>")]
    [DataRow("""{"a": {"template": "{TEXT} {mask}"}}""", "has the unknown place {TEXT}, write {text}")]
    [DataRow("""{"a": {"template": "{ text } {mask}"}}""", "write {text}")]
    [DataRow("""{"a": {"words": {"Positive": "good", "negative": "bad"}}}""", "no word for 'positive'")]
    [DataRow("""{"a": {"template": "{text}"}}""", "has no {mask}")]
    [DataRow("""{"a": {"template": "{text} {mask} {pair}"}}""", "rows have one text")]
    [DataRow("""{"a": {"template": "{text} {mask}", "words": {"positive": "good"}}}""", "no word for 'negative'")]
    [DataRow("""{"a": {"template": "{text} {mask}", "words": {"positive": "good", "negative": "bad", "x": "y"}}}""", "words for 'x'")]
    [DataRow("""{"a": {"template": "{text} {mask}", "words": {"positive": "good", "negative": "good"}}}""", "'good' stands for")]
    public void A_file_that_does_not_fit_is_refused_with_what_is_expected(string json, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("templates.json", json);
        string message =
            Assert.ThrowsExactly<InvalidDataException>(() => TemplateFile.Read(path).Find("a", Opinions, arePairs: false)).Message;
        StringAssert.Contains(message, expected, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.ML", message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Words_may_be_lists_and_without_a_template_the_published_one_is_taken()
    {
        using TemporaryFolder folder = new();
        TemplateFile file = TemplateFile.Read(folder.Write(
            "templates.json", """{"a": {"words": {"subjective": ["personal", "subjective"], "objective": "objective"}}}"""));
        PromptTemplate template = file.Find("a", ["objective", "subjective"], arePairs: false)!;
        Assert.AreEqual("{text} This is {mask}.", template.Text);
        Assert.AreEqual("personal|subjective", template.Verbalizers.Given!["subjective"]);
    }

    [TestMethod]
    public void Pairs_need_a_place_for_the_second_text()
    {
        using TemporaryFolder folder = new();
        TemplateFile file = TemplateFile.Read(folder.Write("templates.json", """{"a": {"template": "{text} {mask}"}}"""));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => file.Find("a", Entailment, arePairs: true)).Message, "has no {pair}",
            StringComparison.Ordinal);
    }
}
