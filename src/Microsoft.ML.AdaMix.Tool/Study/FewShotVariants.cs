using System.Text;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Methods for few rows, by name: as <c>compare</c> has them, or with a template and the masked-LM head in place of a new head.
/// </summary>
internal static class FewShotVariants
{
    /// <summary>The table's name.</summary>
    public const string Name = "fewshot";

    /// <summary>Before a method: with a template.</summary>
    public const string WithTemplate = "template-";

    /// <summary>The paper's table 6, and SetFit's way.</summary>
    public static IReadOnlyList<string> Default { get; } =
        ["head", "bitfit", "prompt", "houlsby", $"{WithTemplate}full", MethodVariants.SetFit, $"{WithTemplate}{MethodVariants.AdaMix}"];

    /// <summary>The table of some methods; they are compared with adamix, with a template if it is there.</summary>
    /// <param name="names">The methods.</param>
    /// <param name="common">Encoder and optimisation.</param>
    /// <param name="sentenceEncoder">The encoder of SetFit's way.</param>
    /// <param name="steps">Steps of a training, at least; whole epochs are trained.</param>
    /// <param name="templates">The template of a task.</param>
    /// <exception cref="UsageException">A name is unknown or stands twice.</exception>
    public static StudyTable Table(
        IReadOnlyList<string> names, TrialConfiguration common, EncoderReference sentenceEncoder, int steps,
        Func<DataReference, PromptTemplate> templates)
    {
        MethodVariants.RequireDifferent(names);
        Variant[] variants = [.. names.Select(name => Create(name) with { Name = name })];
        RequireDifferent(variants);
        return new StudyTable(
            Name, "Few rows",
            $"Every method is trained for at least {Counts.Of(steps, "step")}, in whole epochs, of "
            + $"{Counts.Of(common.Options.BatchSize, "row")} each; rates are each method's own for the encoder's size, unless one was "
            + $"given for all. {About(names, sentenceEncoder)}The seed is the split's number.",
            variants, MethodVariants.Reference(names, WithTemplate + MethodVariants.AdaMix, MethodVariants.AdaMix));

        Variant Create(string name)
        {
            if (name == MethodVariants.SetFit)
            {
                return MethodVariants.Create(name, common with { Encoder = sentenceEncoder }, name);
            }

            bool hasTemplate = name.StartsWith(WithTemplate, StringComparison.Ordinal);
            if (name == WithTemplate + MethodVariants.SetFit)
            {
                throw new UsageException(
                    $"--methods names '{name}'; setfit has no template, since it trains vectors of sentences. "
                    + "Expected is setfit by itself.");
            }

            TrialConfiguration own = hasTemplate
                ? common with { Options = common.Options with { Template = new PromptTemplate() } } // says which options have an effect
                : common;
            Variant plain = MethodVariants.Create(hasTemplate ? name[WithTemplate.Length..] : name, own, name, WithTemplate);
            if (plain.Configuration.Options.Epochs != common.Options.Epochs)
            {
                throw new UsageException(
                    $"--methods names '{name}'; epochs follow from --steps and K. Expected is --steps for all methods.");
            }

            return plain with
            {
                ForSetting = setting => plain.Configuration with
                {
                    Options = plain.Configuration.Options with
                    {
                        Epochs = StepCount.Epochs(steps, setting.Rows!.Value, common.Options.BatchSize),
                        Template = hasTemplate ? templates(setting.Data) : null,
                        HeadStart = hasTemplate ? HeadStart.Random : plain.Configuration.Options.HeadStart, // without effect
                        ContrastiveRounds = hasTemplate ? 0 : plain.Configuration.Options.ContrastiveRounds, // likewise
                    },
                },
            };
        }
    }

    // Of the methods that are there.
    private static string About(IReadOnlyList<string> names, EncoderReference sentenceEncoder)
    {
        StringBuilder about = new();
        if (names.Any(name => name.StartsWith(WithTemplate, StringComparison.Ordinal)))
        {
            about.Append(
                "template-: the text stands in a template, and the encoder's masked-LM head tells the classes by their words. ");
        }

        if (names.Any(name => name.Contains(MethodVariants.AdaMix, StringComparison.Ordinal)))
        {
            about.Append("adamix: the defaults of this version, with as many experts as the steps can train; the others are plain. ");
        }

        if (names.Contains(MethodVariants.SetFit, StringComparer.Ordinal))
        {
            about.Append(
                $"setfit: pairs of rows train the encoder {sentenceEncoder.Name}, logistic regression its vectors; its settings are "
                + "its own. ");
        }

        return about.ToString();
    }

    // Those with a template are other trainings than those without.
    private static void RequireDifferent(IEnumerable<Variant> variants)
    {
        foreach (var same in variants.GroupBy(variant => variant.Name.StartsWith(WithTemplate, StringComparison.Ordinal)))
        {
            MethodVariants.RequireDifferent(same);
        }
    }
}
