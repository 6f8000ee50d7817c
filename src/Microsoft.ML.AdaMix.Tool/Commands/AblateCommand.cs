using System.CommandLine;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix ablate</c>.</summary>
internal sealed class AblateCommand
{
    private readonly Argument<string[]> _tables = new("table")
    {
        HelpName = "table",
        Arity = ArgumentArity.OneOrMore,
        Description = $"{string.Join(", ", AblationTables.Names)}; all for all of them. Several may be named.",
    };
    private readonly MethodArguments _method = new(
        TuningMethods.All.Where(method => method.SupportsMixture && MethodWidth.Find(method) is not null),
        AdaMixOptions.Published().Method,
        "Whose experts",
        [.. TuningMethods.All.Select(MethodWidth.Find).OfType<OptionDescription>().Select(option => option.Name)]);

    private readonly StudyArguments _study = new(new AdaMixOptions { HeadStart = AdaMixOptions.Published().HeadStart });

    public GroupedCommand Create()
    {
        GroupedCommand command = new("ablate",
            "Repeats the paper's ablations: trains with several seeds, and writes tables with differences and their intervals, and plots.")
        {
            Notes =
            [
                "table7: merged, random routes, fixed experts and an ensemble, on the same trained mixtures. table8: without "
                + "consistency, without sharing, without both, also with the same training time. table9: number of experts. table10: "
                + "width of the bottleneck (of LoRA: the rank). table11: what the experts share. figure5: accuracy of random routes "
                + "against the merged model. figure7: convergence with one, both and none of the projections shared. recipe: from the "
                + "published setting to the default, step by step, and from the default without each step.",
                "Every result is a line of results.jsonl with its whole configuration. A study that was stopped goes on where it was; "
                + "what several tables need is run once. Numbers of rows are drawn anew for each seed, smaller ones out of larger ones.",
            ],
            Examples =
            [
                "adamix ablate all --data trec6,sst2 --train-file train-1000.tsv --test-rows 1500 --seeds 5 --out study",
                "adamix ablate table8 table11 --data trec6 --rows 100,300,1000 --encoder roberta-base --out study",
                "adamix ablate figure5 --data trec6 --out study --report-only",
            ],
        };
        _tables.Validators.Add(result =>
        {
            foreach (string table in result.Tokens.Select(token => token.Value).Where(
                table => table != "all" && !AblationTables.Names.Contains(table, StringComparer.Ordinal)))
            {
                result.AddError($"'{table}' is no table; expected {string.Join(", ", AblationTables.Names)} or all.");
            }
        });
        command.Add(_tables);
        _study.AddTo(command, Tables, _method.All);
        return command;
    }

    private IReadOnlyList<StudyTable> Tables(ParseResult parsed, TrialConfiguration template)
    {
        AblationTables ablations = new(template with { Method = _method.Read(parsed) });
        return [.. parsed.GetRequiredValue(_tables).SelectMany(ablations.Find).DistinctBy(table => table.Name, StringComparer.Ordinal)];
    }
}
