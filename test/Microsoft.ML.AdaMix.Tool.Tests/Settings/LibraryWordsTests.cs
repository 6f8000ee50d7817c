using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Tests.Settings;

[TestClass]
public sealed partial class LibraryWordsTests
{
    [TestMethod]
    [DataRow("Raise Epochs to 12 or more, or lower Mixture.Experts.", "Raise --epochs to 12 or more, or lower --experts.")]
    [DataRow("for 100 rows, 301 steps in all. Epochs sets a number.", "for 100 rows, 301 steps in all. --epochs sets a number.")]
    [DataRow("Mixture.ConsistencyWeight sets a number.", "--consistency sets a number.")]
    [DataRow("Epochs is 0; expected 1 to 10000.", "--epochs is 0; expected 1 to 10000.")]
    [DataRow("MaxLength 900 is more than the 512 of 'x'.", "--max-length 900 is more than the 512 of 'x'.")]
    [DataRow("Method.Layers is 0..90; expected", "--layers is 0..90; expected")]
    [DataRow("Method.Dropout is 2; Dropout is 3.", "--lora-dropout is 2; --dropout is 3.")]
    [DataRow("Device is Cuda, but there is no GPU; set Device to Auto.", "--device is cuda, but there is no GPU; set --device to auto.")]
    [DataRow("Take FrozenDropout = false, or GradientCheckpointing.", "Take --no-frozen-dropout, or --gradient-checkpointing.")]
    [DataRow("ClassWeights names 'a'; the classes are Epochs, b.", "--class-weights names 'a'; the classes are --epochs, b.")]
    [DataRow("The rows of 'Epochs is.tsv' have Rank.", "The rows of 'Epochs is.tsv' have --rank.")]
    [DataRow("The encoder's weights: lower LearningRate.", "The encoder's weights: lower --learning-rate.")]
    [DataRow("Training fails. Layers are missing. Encoder weights too.", "Training fails. Layers are missing. Encoder weights too.")]
    [DataRow("/data/Epochs/Seed.bin is missing", "/data/Epochs/Seed.bin is missing")]
    [DataRow("1 row has no text in column 'Text'.", "1 row has no text in the column of --text.")]
    [DataRow("Weight column 'Weight' holds -1 in row 3.", "The column of --weight holds -1 in row 3.")]
    [DataRow("The AdaMix options have 1 problem: Scale is 0; expected 1, or null. (Parameter 'options')", "--scale is 0; expected 1.")]
    [DataRow("Mixture.Routing is the default there and Token now; x", "--routing is the default there and token now; x")]
    [DataRow("In windows: WithWindows of what is imported.", "In windows: --long-texts of predict and evaluate.")]
    [DataRow("LongTexts.Combine is none there and MeanLogits now", "--long-texts is none there and mean-logits now")]
    [DataRow("FrozenDropout is the default there and false now", "--no-frozen-dropout is not given there and given now")]
    [DataRow("GradientCheckpointing is true there and false now", "--gradient-checkpointing is given there and not given now")]
    public void Properties_are_called_by_their_options_and_what_is_quoted_stays(string library, string tool) =>
        Assert.AreEqual(tool, LibraryWords.Translate(library));

    [TestMethod]
    public void Every_described_option_is_called_by_its_name_on_the_command_line()
    {
        foreach ((string path, OptionDescription option) in Described())
        {
            string said = LibraryWords.Translate($"The AdaMix options have 1 problem: {path}{option.Name} is 0; expected another.");
            Assert.AreEqual(
                option.IsOnCommandLine
                    ? $"{option.CommandLineName} is 0; expected another."
                    : $"{path}{option.Name} is 0; expected another.",
                said);
        }
    }

    [TestMethod]
    public void All_problems_of_options_are_told_without_a_word_of_the_library()
    {
        foreach (TuningMethod method in TuningMethods.All)
        {
            AdaMixOptions wrong = new() { Method = method with { }, Mixture = new MixtureOptions() };
            foreach (object options in new object[] { wrong, wrong.Mixture, wrong.Method })
            {
                foreach (OptionDescription option in OptionDescription.For(options.GetType()).Where(option => option.Range is not null))
                {
                    option.Set(options, option.Type == typeof(int) ? -5 : (object)double.NaN);
                }
            }

            string said = LibraryWords.Translate(OptionsValidator.FindProblems(wrong).Found!);
            Assert.IsFalse(PascalCase().IsMatch(said), said);
        }
    }

    /// <summary>Every message that the sources of the library could say.</summary>
    [TestMethod]
    public void No_message_of_the_library_reaches_the_tool_with_the_name_of_a_property()
    {
        string[] names = [.. Described().Where(option => option.Option.IsOnCommandLine).Select(option => option.Option.Name)];
        Regex property = new($@"(?<![\w.'{{])(?:{string.Join('|', names.Where(name => name.Skip(1).Any(char.IsUpper)))})(?![\w'}}(]|\.\w)",
            RegexOptions.None, TimeSpan.FromSeconds(1));
        string[] folders = ["Reading", "Training", "Trainers", "Native", "Methods", "Mixture", "Options", "Inference"];
        IEnumerable<string> files = folders.SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Testing.Reference.Repository, "src", "Microsoft.ML.AdaMix", folder), "*.cs", SearchOption.AllDirectories));
        int seen = 0;
        foreach (string literal in files.SelectMany(file => StringLiteral().Matches(File.ReadAllText(file)).Select(match => match.Value)))
        {
            seen += property.Count(literal);
            string said = LibraryWords.Translate(literal.Trim('"', '$'));
            Assert.IsFalse(property.IsMatch(said), $"{literal} becomes {said}");
        }

        Assert.IsGreaterThan(3, seen);
    }

    private static IEnumerable<(string Path, OptionDescription Option)> Described() =>
    [
        .. OptionDescription.For(typeof(AdaMixOptions)).Select(option => ("", option)),
        .. OptionDescription.For(typeof(MixtureOptions)).Select(option => ("Mixture.", option)),
        .. TuningMethods.All.SelectMany(method => OptionDescription.For(method.GetType())).Select(option => ("Method.", option)),
    ];

    [GeneratedRegex(@"\b(?!NaN)[A-Z][a-z]+[A-Z]\w*|\b(Mixture|Method)\.", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PascalCase();

    [GeneratedRegex("""\$?"[^"\n]{12,}" """, RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex StringLiteral();
}
