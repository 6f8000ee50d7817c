using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A row of a table: a configuration, and the ways of predicting whose mean it shows.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Configuration">Without data, rows and seed, which <see cref="At"/> fills in.</param>
/// <param name="Inferences">The ways of predicting.</param>
internal sealed record Variant(string Name, TrialConfiguration Configuration, IReadOnlyList<InferenceMode> Inferences)
{
    /// <summary>Whether the experts are kept in a file, so that a later table can predict with them in other ways.</summary>
    public bool KeepsExperts { get; init; }

    /// <summary>What the configuration is on a setting, where it depends on it; null where it does not.</summary>
    public Func<StudySetting, TrialConfiguration>? ForSetting { get; init; }

    /// <summary>How many times the epochs it has that the configuration says, or that follow from the rows.</summary>
    public int EpochsFactor { get; init; } = 1;

    /// <summary>The trial of a setting, with the epochs and the consistency that it trains with.</summary>
    public TrialConfiguration At(StudySetting setting, int seed)
    {
        TrialConfiguration trial = ForSetting?.Invoke(setting) ?? Configuration;
        int rows = setting.TrainingCount ?? int.MaxValue;
        return trial with
        {
            Data = setting.Data,
            Rows = setting.Rows,
            Seed = seed,
            Options = trial.Options with { Epochs = EpochsFactor * trial.Options.EpochsFor(rows) },
            Mixture = trial.Mixture.WithConsistency(trial.Options.ConsistencyFor(rows)),
        };
    }
}

/// <summary>Where a whole table is measured: on a data set, with a number of training rows.</summary>
internal sealed record StudySetting(DataReference Data, int? Rows)
{
    /// <summary>Tells test rows from others; data sets that have the same ones are not independent.</summary>
    public string TestSet { get; init; } = Data.Fingerprint;

    /// <summary>How many rows train, from which epochs and consistency may follow; null where that is not known: not few.</summary>
    public int? TrainingCount { get; init; }

    public string Title => Rows is null ? Data.Name : $"{Data.Name}, {TrainingRows}";

    /// <summary>How many rows train; of each class so many at most, where that bounds them.</summary>
    public string TrainingRows => (Rows, Data.RowsOfClass) switch
    {
        ({ } rows, { } most) => $"at most {Counts.Of(rows, "row")} and {most} of each class",
        ({ } rows, null) => Counts.Of(rows, "row"),
        (null, { } most) => $"{Counts.Of(most, "row")} of each class",
        _ => "all rows",
    };

    /// <summary>As part of a file name.</summary>
    public string FileName => (Rows, Data.RowsOfClass) switch
    {
        ({ } rows, { } most) => $"{Data.Name}-{rows}-class-{most}",
        ({ } rows, null) => $"{Data.Name}-{rows}",
        _ => Data.Name,
    };
}

/// <summary>A table or figure: its variants, of which one is what the others are compared with.</summary>
/// <param name="Name">Its name on the command line and in files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Note">How to read it.</param>
/// <param name="Variants">Its rows.</param>
/// <param name="Reference">Which of them the others are compared with.</param>
internal sealed record StudyTable(string Name, string Title, string Note, IReadOnlyList<Variant> Variants, int Reference = 0);
