using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>
/// Messages of the library in the words of the command line: a property is called by the option that sets it, as its description has it.
/// </summary>
/// <remarks>Where a message of the library enters the tool, it comes through here.</remarks>
internal static partial class LibraryWords
{
    private const string MethodPath = "Method.";
    private const string MixturePath = "Mixture.";
    private const string CheckpointsPath = "Checkpoints.";
    private const string TemplatePath = "Template.";
    private const string WindowsPath = "LongTexts.";

    // What the columns are called in the tool's views, whatever they are called in files.
    private static readonly Dictionary<string, string> ColumnOptions = new(StringComparer.Ordinal)
    {
        ["Text"] = "--text",
        ["Pair"] = "--pair",
        ["Label"] = "--label",
        ["Weight"] = "--weight",
    };

    // What is no option of a training.
    private static readonly (string Said, string Option)[] Others =
    [
        ($"{nameof(AdapterImportOptions)}.{nameof(AdapterImportOptions.Labels)}", "--labels"),
        ($"{nameof(AdapterImportOptions)}.{nameof(AdapterImportOptions.MaxLength)}", "--max-length"),
        ($"{nameof(PretrainedEncoder)}.{nameof(PretrainedEncoder.FromFolder)} or {nameof(PretrainedEncoder.FromHub)}", "--encoder"),
        ("The stride is ", "--stride is "),
        ($"{nameof(AdaMixTransformer.WithWindows)} of what is imported", "--long-texts of predict and evaluate"),
        ($"{nameof(PretrainedEncoder)}.{nameof(PretrainedEncoder.RobertaMini)}", $"--encoder {EncoderNames.Default}"),
    ];

    /// <summary>A message for who types commands; what stands in quotes stays as it is.</summary>
    public static string Translate(string message)
    {
        Dictionary<string, OptionDescription> options = Options();
        string columns = string.Join('|', ColumnOptions.Keys);
        string text = Others.Aggregate(message, (said, other) => said.Replace(other.Said, other.Option, StringComparison.Ordinal));
        string names = string.Join('|', options.Keys.OrderByDescending(name => name.Length).Select(Regex.Escape));
        return Regex.Replace(
            WithoutFrame().Replace(text, ""),
            $$"""
            (?<kind>[Tt]ext\ |[Ll]abel\ |[Ww]eight\ )?(?<!\w)(?<noun>[Cc]olumn)\ '(?<column>{{columns}})'
            |(?<!\w)(?<quoted>'[^']*'|"[^"]*")(?!\w)
            |(?<=(?<start>^|[.:;]\s)?)(?<![\w./\\-])(?:AdaMixOptions\.|MixtureOptions\.)?(?<name>{{names}})(?![\w/\\-]|\.\w)
            (?:(?<between>\ (?:is|=|to)\ )(?<value>the\ default|[A-Za-z]\w*)
              (?:(?<there>\ there\ and\ )(?<now>the\ default|[A-Za-z]\w*)(?=\ now))?)?
            """,
            match => match.Groups["quoted"].Success ? match.Value
                : match.Groups["column"] is { Success: true, Value: var column }
                ? $"{(char.IsUpper(match.Value[0]) ? "The" : "the")} column of {ColumnOptions[column]}"
                : Named(match, options),
            RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
    }

    private static string Named(Match match, Dictionary<string, OptionDescription> options)
    {
        string name = match.Groups["name"].Value;
        OptionDescription option = options[name];
        string between = match.Groups["between"].Value;
        string value = match.Groups["value"].Value;
        bool isWord = name.Skip(1).All(char.IsLower); // as it may begin any sentence
        bool beginsSentence = match.Groups["start"].Success;
        if (isWord && beginsSentence && between.Length == 0 && !FollowedByVerb().IsMatch(match.Result("$'")))
        {
            return match.Value;
        }

        string there = match.Groups["there"].Value;
        string now = match.Groups["now"].Value;

        // A flag has its value in its name: --no-frozen-dropout.
        if (option.Type == typeof(bool))
        {
            return there.Length > 0 ? $"{option.CommandLineName}{between}{Given(value)}{there}{Given(now)}"
                : bool.TryParse(value, out _) ? option.CommandLineName : $"{option.CommandLineName}{between}{value}";
        }

        return $"{option.CommandLineName}{between}{Written(value)}{there}{Written(now)}";

        string Given(string word) =>
            bool.TryParse(word, out bool set) && set != option.CommandLineName.StartsWith("--no-", StringComparison.Ordinal)
                ? "given"
                : "not given";

        string Written(string word) =>
            OptionText.IsWord(option.Type) && OptionText.Parse(option.Type, word) is { } known ? OptionText.Write(known) : word;
    }

    // By the names that messages have: with the path, and without where nothing else is called so.
    private static Dictionary<string, OptionDescription> Options()
    {
        Dictionary<string, OptionDescription> options = new(StringComparer.Ordinal);
        Add(typeof(AdaMixOptions), "");
        Add(typeof(MixtureOptions), MixturePath);
        Add(typeof(CheckpointOptions), CheckpointsPath, pathOnly: true); // folder and keep are words of any sentence
        Add(typeof(PromptTemplate), TemplatePath, pathOnly: true); // text is a word of any sentence
        Add(typeof(WindowOptions), WindowsPath, pathOnly: true);
        foreach (TuningMethod method in TuningMethods.All)
        {
            Add(method.GetType(), MethodPath);
        }

        return options;

        void Add(Type type, string path, bool pathOnly = false)
        {
            foreach (OptionDescription option in OptionDescription.For(type).Where(option => option.IsOnCommandLine))
            {
                options.TryAdd(path + option.Name, option);
                if (!pathOnly)
                {
                    options.TryAdd(option.Name, option);
                }
            }
        }
    }

    // What .NET puts around a message that is about a parameter, the library before a list of problems, and what only code can set.
    [GeneratedRegex(
        @"^The AdaMix options have \d+ problems?: |, or null(?=\.)| For cross-validation and sweeps set Checkpoints\.FolderPerTraining\."
        + @"| \(Parameter '\w+'\)(\r?\nActual value was .*)?",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithoutFrame();

    [GeneratedRegex(@"^ (is|=|names|asks|has|sets) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FollowedByVerb();
}
