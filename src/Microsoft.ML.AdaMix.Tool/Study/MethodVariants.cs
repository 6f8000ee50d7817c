using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Methods to compare, by name: a plain method as the library calls it, adamix, adamix-published, or adamix- and a method with weights to
/// average; each with options of its own behind colons.
/// </summary>
internal static class MethodVariants
{
    /// <summary>SetFit's way, which is the tool's own: a baseline.</summary>
    public const string SetFit = "setfit";

    /// <summary>What training takes by default.</summary>
    public const string AdaMix = "adamix";

    /// <summary>AdaMix as the paper has it.</summary>
    public const string Published = AdaMix + "-published";

    /// <summary>All methods that the library knows, AdaMix, and AdaMix on LoRA, as in the paper.</summary>
    public static IReadOnlyList<string> Default => [.. TuningMethods.Names, AdaMix, $"{AdaMix}-{new LoraTuning().Name}"];

    /// <summary>
    /// The table of some methods; they are compared with adamix where it is among them, perhaps with options, then with adamix-published,
    /// otherwise with the first.
    /// </summary>
    /// <param name="names">The methods.</param>
    /// <param name="template">Encoder and optimisation.</param>
    /// <exception cref="UsageException">A name is unknown or stands twice.</exception>
    public static StudyTable Table(IReadOnlyList<string> names, TrialConfiguration template)
    {
        RequireDifferent(names);
        Variant[] variants = [.. names.Select(name => Create(name, template, name))];
        RequireDifferent(variants);
        return new StudyTable(
            "compare", "Methods",
            "Learning rates are each method's own for the encoder's size, unless one was given. adamix: the defaults of this version; "
            + "adamix-published: as the paper has it; the others are plain. Options behind a name are its own.",
            variants, Reference(names, AdaMix, Published));
    }

    /// <summary>What a table compares with: the first of some methods that is there, or is with options; otherwise its first.</summary>
    public static int Reference(IReadOnlyList<string> names, params string[] wanted)
    {
        List<string> given = [.. names];
        return wanted
            .SelectMany(method => new[]
            {
                given.IndexOf(method),
                given.FindIndex(name => name.StartsWith($"{method}:", StringComparison.Ordinal)),
            })
            .FirstOrDefault(index => index >= 0);
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

    /// <exception cref="UsageException">Two variants would be the same training.</exception>
    public static void RequireDifferent(IEnumerable<Variant> variants)
    {
        if (variants.GroupBy(variant => variant.Configuration.Key, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException(
                $"--methods has {string.Join(" and ", twice.Select(variant => $"'{variant.Name}'"))}, which are the same training; "
                + "expected one of them.");
        }
    }

    /// <summary>A method of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="template">Encoder and optimisation.</param>
    /// <param name="given">What the command line has in its place.</param>
    /// <param name="before">What may stand before any name but setfit there; null for nothing.</param>
    /// <exception cref="UsageException">The name is unknown.</exception>
    public static Variant Create(string name, TrialConfiguration template, string given, string? before = null)
    {
        if (name == SetFit)
        {
            return new Variant(name, WithSetFit(template), [InferenceMode.Merged]);
        }

        string[] parts = name.Split(':', StringSplitOptions.TrimEntries);
        if (parts[0] == SetFit)
        {
            throw new UsageException($"'{given}' sets options; {SetFit} has none of its own.");
        }

        TrialConfiguration configuration = template with { Options = Method(parts[0], template.Options, given, before) };
        return new Variant(string.Join(':', parts), VariantOptions.Apply(configuration, parts[1..], given), [InferenceMode.Merged]);
    }

    private static AdaMixOptions Method(string name, AdaMixOptions options, string given, string? before)
    {
        AdaMixOptions defaults = new();
        AdaMixOptions published = AdaMixOptions.Published();
        string method = name.StartsWith($"{AdaMix}-", StringComparison.Ordinal) ? name[(AdaMix.Length + 1)..] : name;
        TuningMethod? beneath = name.StartsWith($"{Published}-", StringComparison.Ordinal)
            ? TuningMethods.Find(name[(Published.Length + 1)..])
            : null;
        return name switch
        {
            AdaMix => options with { Method = defaults.Method, Mixture = new MixtureOptions() },
            Published => AsPublished(published.Method),
            _ when beneath is { SupportsMixture: true } => AsPublished(beneath),
            _ when TuningMethods.Find(method) is { } found && (method == name || found.SupportsMixture) =>
                options with
                {
                    Method = found,
                    Mixture = method == name ? MixtureOptions.None : new MixtureOptions(),
                    ContrastiveRounds = found is HeadOnlyTuning ? 0 : options.ContrastiveRounds, // without effect
                },
            _ => throw Unknown(name, given, before),
        };

        AdaMixOptions AsPublished(TuningMethod tuning) => options with
        {
            Method = tuning,
            Mixture = published.Mixture,
            HeadStart = published.HeadStart,
            ContrastiveRounds = published.ContrastiveRounds,
        };
    }

    private static UsageException Unknown(string name, string given, string? before)
    {
        string beneath = name.StartsWith($"{Published}-", StringComparison.Ordinal) ? name[(Published.Length + 1)..]
            : name.StartsWith($"{AdaMix}-", StringComparison.Ordinal) ? name[(AdaMix.Length + 1)..] : "";
        string[] withMixture = [.. TuningMethods.All.Where(known => known.SupportsMixture).Select(known => known.Name)];
        string[] known = [.. TuningMethods.Names, AdaMix, Published, .. withMixture.Select(mixture => $"{AdaMix}-{mixture}"), SetFit];
        string mixtures = $"--methods names '{given}'; {beneath} has no weights to average. Expected behind '{AdaMix}-': "
            + $"{Words.List(withMixture)}.";
        return new UsageException(TuningMethods.Find(beneath) is not null
            ? mixtures
            : $"--methods names '{given}'; expected some of {string.Join(", ", known)}"
                + (before is null
                    ? $".{Suggestion.For(name, known)}"
                    : $", and {before} before any of them but {SetFit}."
                        + Suggestion.For(
                            given, [.. known, .. known.Where(method => method != SetFit).Select(method => before + method)])));
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
            Epochs = FewRows.UsualEpochs, // without effect
            HeadStart = HeadStart.Random, // likewise: its head is a logistic regression
        },
        BestEpoch = false,
        SetFit = new SetFitSettings(),
    };
}
