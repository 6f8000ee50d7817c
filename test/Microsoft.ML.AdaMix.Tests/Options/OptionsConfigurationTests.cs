using Microsoft.Extensions.Configuration;

namespace Microsoft.ML.AdaMix.Tests.Options;

[TestClass]
public sealed class OptionsConfigurationTests
{
    [TestMethod]
    public void Options_are_bound_from_a_section_by_name_with_everything_in_it()
    {
        AdaMixOptions options = AdaMixOptions.FromConfiguration(Section(
            ("AdaMix:Epochs", "3"),
            ("AdaMix:learningRate", "1e-3"),
            ("AdaMix:FrozenDropout", "false"),
            ("AdaMix:Dropout", ""),
            ("AdaMix:Encoder", "/models/bert"),
            ("AdaMix:Method:Name", "lora"),
            ("AdaMix:Method:Rank", "16"),
            ("AdaMix:Method:Layers", "6..12"),
            ("AdaMix:Mixture:Routing", "all-layers"),
            ("AdaMix:ClassWeights:spam", "5"),
            ("AdaMix:Precision", "BFloat16"),
            ("AdaMix:LogitsColumnName", "12")));
        Assert.AreEqual("/models/bert", options.Encoder.Name);
        AdaMixOptions expected = new()
        {
            Epochs = 3,
            LearningRate = 1e-3,
            FrozenDropout = false,
            Encoder = options.Encoder,
            Method = new LoraTuning { Rank = 16, Layers = 6..12 },
            Mixture = new MixtureOptions { Routing = ExpertRouting.AllLayers },
            ClassWeights = ClassWeights.From(new Dictionary<string, double> { ["spam"] = 5 }),
            Precision = TrainingPrecision.BFloat16,
            LogitsColumnName = "12",
        };
        Assert.AreEqual(expected, options);
    }

    [TestMethod]
    public void A_method_may_be_its_name_alone() =>
        Assert.AreEqual(new BitFitTuning(), AdaMixOptions.FromConfiguration(Section(("AdaMix:Method", "BitFit"))).Method);

    [TestMethod]
    public void A_whole_configuration_may_be_the_section() =>
        Assert.AreEqual(5, AdaMixOptions.FromConfiguration(Configuration(("Epochs", "5"))).Epochs);

    [TestMethod]
    [DataRow("AdaMix:Epoch", "3", "AdaMix:Epoch is not an option; expected textColumnName, ")]
    [DataRow("AdaMix:BatchSize", "three", "AdaMix:BatchSize is \"three\"; expected a whole number, 1 to 4096.")]
    [DataRow("AdaMix:BatchSize:0", "3", "AdaMix:BatchSize is an object; expected a whole number, 1 to 4096.")]
    [DataRow("AdaMix:Method:Rank", "3", "AdaMix:Method has no name; expected adapter, ")]
    [DataRow("AdaMix:Method", "prefix-tuning", "AdaMix:Method is \"prefix-tuning\"; expected adapter, ")]
    [DataRow("AdaMix:Mixture:FixedExpert", "", "AdaMix:Mixture:FixedExpert is empty; expected a whole number, 0 or more.")]
    [DataRow("AdaMix:ClassWeights:spam", "much", "AdaMix:ClassWeights:spam is \"much\"; expected a number, 0 or more.")]
    public void What_cannot_be_read_is_named_with_its_path_and_what_was_expected(string key, string value, string expected)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => AdaMixOptions.FromConfiguration(Section((key, value))));
        Assert.StartsWith(expected, error.Message);
    }

    [TestMethod]
    public void A_value_beside_members_is_refused()
    {
        IConfiguration section = Section(("AdaMix:Method", "lora"), ("AdaMix:Method:Rank", "3"));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => AdaMixOptions.FromConfiguration(section));
        Assert.StartsWith("AdaMix:Method is \"lora\" and has members too", error.Message);
    }

    [TestMethod]
    public void A_section_that_is_not_there_is_refused()
    {
        IConfigurationSection missing = Configuration().GetSection("AdaMx");
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => AdaMixOptions.FromConfiguration(missing));
        Assert.StartsWith("The configuration has no section 'AdaMx'.", error.Message);
    }

    [TestMethod]
    public void An_empty_section_is_refused_with_what_to_put_there()
    {
        IConfigurationSection empty = Configuration(("AdaMix", null)).GetSection("AdaMix");
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => AdaMixOptions.FromConfiguration(empty));
        Assert.Contains("An empty one counts as none; expected at least one option there, such as AdaMix:Epochs.", error.Message);
        Assert.Contains("new AdaMixOptions()", error.Message);
    }

    [TestMethod]
    [DataRow("Method", "AdaMix:Method is empty; expected the name of a method (adapter,")]
    [DataRow("ClassWeights", "AdaMix:ClassWeights is empty; expected none, balanced, or an object with a weight a class.")]
    [DataRow("Encoder", "AdaMix:Encoder is empty; expected roberta-mini, the path of a folder, or hub:OWNER/NAME.")]
    [DataRow("BatchSize", "AdaMix:BatchSize is empty; expected a whole number, 1 to 4096.")]
    public void An_empty_section_within_is_named_with_what_was_expected(string name, string expected)
    {
        IConfiguration section = Section(("AdaMix:Epochs", "3"), ($"AdaMix:{name}", null));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => AdaMixOptions.FromConfiguration(section));
        Assert.StartsWith(expected, error.Message);
    }

    [TestMethod]
    public void An_empty_section_of_what_may_be_null_is_null() =>
        Assert.AreEqual(new AdaMixOptions(), AdaMixOptions.FromConfiguration(
            Section(("AdaMix:BatchSize", "16"), ("AdaMix:Mixture", null), ("AdaMix:Epochs", null))));

    private static IConfigurationRoot Configuration(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value)))
        .Build();

    private static IConfigurationSection Section(params (string Key, string? Value)[] values) => Configuration(values).GetSection("AdaMix");
}
