using System.CommandLine;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

/// <summary>Options of the command line that are made from the library's descriptions.</summary>
[TestClass]
public sealed class LibraryOptionTests
{
    private readonly MethodArguments _method = new(TuningMethods.All, new AdaMixOptions().Method, "How the encoder is tuned");
    private readonly MixtureArguments _mixture = new();
    private readonly TrainingArguments _training = new(new AdaMixOptions { Seed = 1 }, TrainingArguments.OfTraining);

    [TestMethod]
    public void Every_name_of_the_library_makes_the_method_of_that_name()
    {
        foreach (string name in TuningMethods.Names)
        {
            Assert.AreEqual(name, Method($"--method {name}").Name);
        }
    }

    [TestMethod]
    public void Every_option_of_every_method_is_on_the_command_line_and_in_its_help()
    {
        foreach (TuningMethod method in TuningMethods.All)
        {
            foreach (OptionDescription option in OptionDescription.For(method.GetType()).Where(option => !option.ToldByName))
            {
                Option found = _method.All.Single(candidate => candidate.Name == option.CommandLineName);
                Assert.Contains(option.Help, found.Description!);
                Assert.Contains(method.Name, found.Description!);
            }
        }
    }

    [TestMethod]
    public void Every_option_of_the_mixture_is_on_the_command_line() => CollectionAssert.AreEquivalent(
        OptionDescription.For(typeof(MixtureOptions)).Select(option => option.CommandLineName).ToArray(),
        _mixture.All.Select(option => option.Name).ToArray());

    [TestMethod]
    public void Without_options_methods_are_the_librarys_own()
    {
        foreach (TuningMethod method in TuningMethods.All)
        {
            Assert.AreEqual(method, Method($"--method {method.Name}"));
        }

        Assert.AreEqual(new AdaMixOptions().Method, Method(""));
    }

    [TestMethod]
    public void Options_reach_the_method()
    {
        Assert.AreEqual(
            new LoraTuning { Rank = 4, Alpha = 32, RankStabilized = true, Dropout = 0.1, Matrices = EncoderMatrices.All, Layers = 2..^1 },
            Method("--method lora --rank 4 --alpha 32 --rank-stabilized --lora-dropout 0.1 --matrices all --layers 2..^1"));
        Assert.AreEqual(EncoderMatrices.Query | EncoderMatrices.AttentionOutput,
            ((LoraTuning)Method("--method lora --matrices query,attention-output")).Matrices);
        Assert.AreEqual(
            new PromptTuning { Tokens = 7, Reparameterization = Reparameterization.Lstm },
            Method("--method prompt --tokens 7 --reparameterization lstm"));
    }

    [TestMethod]
    public void An_option_of_another_method_is_refused_by_name()
    {
        UsageException error = Assert.ThrowsExactly<UsageException>(() => Method("--method full --rank 3 --layers 1..2"));
        Assert.Contains("--rank is for lora; the method is full.", error.Message);
        Assert.Contains("--layers is for adapter, houlsby, pfeiffer, parallel, lora, ia3, prefix; the method is full.", error.Message);
    }

    [TestMethod]
    public void A_value_that_another_method_takes_is_refused_with_what_this_one_takes()
    {
        UsageException error = Assert.ThrowsExactly<UsageException>(() => Method("--method prefix --reparameterization lstm"));
        Assert.AreEqual("--reparameterization is 'lstm'; expected none or mlp for prefix.", error.Message);
    }

    [TestMethod]
    [DataRow("--rank 0", "--rank is '0'; expected a whole number, 1 to 1024.")]
    [DataRow("--rank many", "--rank is 'many'; expected a whole number, 1 to 1024.")]
    [DataRow("--layers 6", "--layers is '6'; expected")]
    [DataRow("--layers 1..2..3", "--layers is '1..2..3'; expected")]
    public void What_is_out_of_range_or_no_value_is_refused_as_it_is_read(string line, string message)
    {
        ParseResult parsed = Parse(_method.All, line);
        Assert.Contains(message, string.Join(' ', parsed.Errors.Select(error => error.Message)));
    }

    [TestMethod]
    public void What_is_not_set_stays_the_librarys_own() => Assert.AreEqual(new AdaMixOptions(), Training(""));

    [TestMethod]
    public void What_is_set_reaches_the_options_and_flags_turn_off_what_is_on() => Assert.AreEqual(
        new AdaMixOptions { Epochs = 3, BatchSize = 64, MicroBatchSize = 8, GradientCheckpointing = true, FrozenDropout = false },
        Training("--epochs 3 --batch-size 64 --micro-batch-size 8 --gradient-checkpointing --no-frozen-dropout"));

    [TestMethod]
    public void A_mixture_has_the_librarys_defaults_and_is_none_for_a_method_without_weights_to_average()
    {
        Assert.AreEqual(new MixtureOptions(), Mixture("", new AdapterTuning()));
        Assert.AreEqual(new MixtureOptions { Experts = 1 }, Mixture("--experts 1", new AdapterTuning()));
        Assert.AreEqual(MixtureOptions.None, Mixture("", new FullFineTuning()));
        Assert.AreEqual(
            new MixtureOptions { Experts = 8, Sharing = ExpertSharing.None, Routing = ExpertRouting.AllLayers, ConsistencyWeight = 0.5 },
            Mixture("--experts 8 --sharing none --routing all-layers --consistency 0.5", new LoraTuning()));
        Assert.AreEqual(
            new MixtureOptions { Experts = 1, ConsistencyWeight = 2 }, Mixture("--experts 1 --consistency 2", new LoraTuning()));
    }

    private static ParseResult Parse(IEnumerable<Option> options, string line)
    {
        RootCommand command = [];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        return command.Parse(line);
    }

    private TuningMethod Method(string line) => _method.Read(Parse(_method.All, line));

    private MixtureOptions Mixture(string line, TuningMethod method) => _mixture.Read(Parse(_mixture.All, line), method);

    private AdaMixOptions Training(string line) => _training.Read(Parse(_training.All, line), new AdaMixOptions());
}
