using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>Checks options against their descriptions, and what several of them have to do with each other.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more options are not valid; the message lists all of them.</exception>
    public static void Validate(AdaMixOptions options, TextTask task = TextTask.Multiclass) =>
        FindProblems(options, task).ThrowIfAny(nameof(options));

    /// <summary>Says what is wrong with options.</summary>
    public static OptionProblems FindProblems(AdaMixOptions options, TextTask task = TextTask.Multiclass)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionProblems problems = new();
        problems.RequireDescribed(options);
        options.Method?.FindProblems(problems);
        if (options.Mixture is { } mixture)
        {
            Check(mixture, options.Method, problems);
        }

        if (options.Checkpoints is { } checkpoints)
        {
            problems.RequireDescribed(checkpoints, "Checkpoints.");
        }

        if (options.LongTexts is { } windows)
        {
            problems.RequireDescribed(windows, "LongTexts.");
            problems.Require(
                options.Template is null, nameof(options.LongTexts), windows.Combine,
                $"none with {nameof(options.Template)}, whose mask stands once in a text");
        }

        if (options.Template is { } template)
        {
            Check(template, options, task, problems);
        }

        problems.Require(
            options.ContrastiveRounds <= 0 || task is TextTask.Multiclass or TextTask.Binary,
            nameof(options.ContrastiveRounds), options.ContrastiveRounds,
            $"0 for {(task == TextTask.Regression ? "regression, which has no classes" : "multi-label classification")}");
        problems.Require(
            options.SelfTrainingRounds <= 0 || task == TextTask.Multiclass, nameof(options.SelfTrainingRounds), options.SelfTrainingRounds,
            task switch
            {
                TextTask.Regression => "0 for regression",
                TextTask.MultiLabel => "0 for multi-label classification",
                _ => "0 for binary classification, whose label is never missing; take multiclass classification of two classes",
            });
        problems.Require(
            options.SelfTrainingRounds <= 0 || options.Template is not { Demonstrations: > 0 },
            nameof(options.SelfTrainingRounds), options.SelfTrainingRounds, "0 with Template.Demonstrations");
        CheckColumns(options, task, problems);
        if (task == TextTask.Regression)
        {
            problems.Require(
                options.ClassWeights is null || options.ClassWeights.Equals(ClassWeights.None),
                nameof(options.ClassWeights), "set", "none for regression, which has no classes");
            problems.Require(
                options.LabelSmoothing == 0,
                nameof(options.LabelSmoothing), options.LabelSmoothing, "0 for regression, which has no classes");
        }

        return problems;
    }

    /// <summary>Says what is wrong with a mixture for a method.</summary>
    public static void Check(MixtureOptions mixture, TuningMethod? method, OptionProblems problems)
    {
        problems.RequireDescribed(mixture, "Mixture.");
        problems.Require(
            mixture.Experts is null or 1 || method?.SupportsMixture != false,
            "Mixture.Experts", mixture.Experts, $"1, since the method {method} has no weights of which experts can be averaged");
        problems.Require(
            mixture.FixedExpert < Math.Max(1, mixture.ExpertCount),
            "Mixture.FixedExpert", mixture.FixedExpert, "0 up to and without Mixture.Experts");
    }

    private static void Check(PromptTemplate template, AdaMixOptions options, TextTask task, OptionProblems problems)
    {
        problems.RequireDescribed(template, "Template.");
        problems.Require(
            task is TextTask.Multiclass or TextTask.Binary, nameof(options.Template), template.Text,
            $"none for {(task == TextTask.Regression ? "regression, which has no classes" : "multi-label classification")}");
        problems.Require(
            template.TrainHead != false || options.Method is not HeadOnlyTuning,
            "Template.TrainHead", template.TrainHead, $"true or null for the method {options.Method}, which trains nothing else");
        if (string.IsNullOrEmpty(template.Text))
        {
            return;
        }

        string? problem = TemplateText.FindProblem(template.Text);
        problems.Require(problem is null, "Template.Text", template.Text, $"{TemplateText.Expected}: it {problem}");
        bool readsPairs = problem is null && TemplateText.Parse(template.Text).ReadsPairs;
        problems.Require(
            problem is not null || !readsPairs || options.SecondTextColumnName is not null,
            "Template.Text", template.Text, $"no {{pair}} without {nameof(options.SecondTextColumnName)}");
        problems.Require(
            problem is not null || readsPairs || options.SecondTextColumnName is null,
            "Template.Text", template.Text,
            $"a place {{pair}} for the second text of {nameof(options.SecondTextColumnName)}, such as {{text}} ? {{mask}} , {{pair}}");
    }

    // A column that is added hides one of the same name: the text would not be found again, and a label would be judged by itself.
    private static void CheckColumns(AdaMixOptions options, TextTask task, OptionProblems problems)
    {
        (string Option, string? Column, string Expected)[] read =
        [
            (nameof(options.TextColumnName), options.TextColumnName, "a name"),
            (nameof(options.SecondTextColumnName), options.SecondTextColumnName, "another column than the text's"),
            (nameof(options.LabelColumnName), options.LabelColumnName, "another column than the text's"),
            (nameof(options.ExampleWeightColumnName), options.ExampleWeightColumnName, "another column than the label's and the text's"),
        ];
        List<string> taken = [];
        foreach ((string option, string? column, string expected) in read.Where(input => !string.IsNullOrEmpty(input.Column)))
        {
            problems.Require(!taken.Contains(column!, StringComparer.Ordinal), option, column, expected);
            taken.Add(column!);
        }

        (string Option, string? Column)[] added =
        [
            (nameof(options.PredictedLabelColumnName), task == TextTask.Regression ? null : options.PredictedLabelColumnName),
            (nameof(options.ScoreColumnName), options.ScoreColumnName),
            (nameof(options.ProbabilityColumnName), task == TextTask.Binary ? options.ProbabilityColumnName : null),
            (nameof(options.LogitsColumnName), options.LogitsColumnName),
            (nameof(options.EmbeddingColumnName), options.EmbeddingColumnName),
        ];
        foreach ((string option, string column) in added.Where(output => !string.IsNullOrEmpty(output.Column)).Select(
            output => (output.Option, output.Column!)))
        {
            problems.Require(
                !taken.Contains(column, StringComparer.Ordinal), option, column,
                $"a name that no column beside it has ({string.Join(", ", taken.Distinct(StringComparer.Ordinal))})");
            taken.Add(column);
        }
    }
}
