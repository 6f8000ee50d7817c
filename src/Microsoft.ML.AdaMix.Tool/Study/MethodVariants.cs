using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Methods to compare, by name: a plain method as the library calls it, adamix, or adamix- and a method with weights to average.
/// </summary>
internal static class MethodVariants
{
    /// <summary>SetFit's way, which is the tool's own: a baseline.</summary>
    public const string SetFit = "setfit";

    /// <summary>The published mixture.</summary>
    public const string AdaMix = "adamix";

    /// <summary>All methods that the library knows, AdaMix, and AdaMix on LoRA, as in the paper.</summary>
    public static IReadOnlyList<string> Default => [.. TuningMethods.Names, AdaMix, $"{AdaMix}-{new LoraTuning().Name}"];

    /// <summary>The table of some methods; they are compared with adamix where it is among them, otherwise with the first.</summary>
    /// <param name="names">The methods.</param>
    /// <param name="template">Encoder and optimisation.</param>
    /// <exception cref="UsageException">A name is unknown or stands twice.</exception>
    public static StudyTable Table(IReadOnlyList<string> names, TrialConfiguration template)
    {
        RequireDifferent(names);
        Variant[] variants = [.. names.Select(name => Create(name, template, name))];
        return new StudyTable(
            "compare", "Methods",
            "Learning rates are each method's own for the encoder's size, unless one was given for all. AdaMix: 4 experts, shared up "
            + "projections, consistency 1; the others are plain.",
            variants, Math.Max(0, Array.IndexOf([.. names], AdaMix)));
    }

    /// <exception cref="UsageException">There is no name, or one twice.</exception>
    public static void RequireDifferent(IReadOnlyList<string> names)
    {
        if (names.Count == 0 || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            throw new UsageException(
                $"--methods is '{string.Join(',', names)}'; expected different names of methods, separated by commas.");
        }
    }

    /// <summary>A method of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="template">Encoder and optimisation.</param>
    /// <param name="given">What the command line has in its place.</param>
    /// <exception cref="UsageException">The name is unknown.</exception>
    public static Variant Create(string name, TrialConfiguration template, string given)
    {
        if (name == SetFit)
        {
            return new Variant(name, WithSetFit(template), [InferenceMode.Merged]);
        }

        string method = name == AdaMix ? TuningMethods.All[0].Name : name.StartsWith($"{AdaMix}-", StringComparison.Ordinal)
            ? name[(AdaMix.Length + 1)..]
            : name;
        bool isMixture = method != name;
        string[] withMixture = [.. TuningMethods.All.Where(known => known.SupportsMixture).Select(known => known.Name)];
        if (TuningMethods.Find(method) is not { } found || (isMixture && !found.SupportsMixture))
        {
            string[] known = [.. TuningMethods.Names, AdaMix, .. withMixture.Select(mixture => $"{AdaMix}-{mixture}"), SetFit];
            throw new UsageException(
                $"--methods names '{given}'; expected some of {string.Join(", ", known)}.{Suggestion.For(name, known)}");
        }

        TrialConfiguration configuration = template with
        {
            Method = found,
            Mixture = isMixture ? new MixtureOptions() : MixtureOptions.None,
        };
        return new Variant(name, configuration, [InferenceMode.Merged]);
    }

    // Epochs, rates and what else there is of options are not for it: they make no other trial of it.
    private static TrialConfiguration WithSetFit(TrialConfiguration template) => template with
    {
        Options = new AdaMixOptions
        {
            Method = new FullFineTuning(),
            Mixture = MixtureOptions.None,
            MaxLength = template.Options.MaxLength,
            Device = template.Options.Device,
            Precision = template.Options.Precision,
        },
        BestEpoch = false,
        SetFit = new SetFitSettings(),
    };
}
