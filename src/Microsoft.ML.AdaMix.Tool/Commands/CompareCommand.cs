using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix compare</c>.</summary>
internal sealed class CompareCommand
{
    private readonly Option<string> _methods = new("--methods")
    {
        HelpName = "LIST",
        Description = $"The methods, separated by commas. Default: {string.Join(',', MethodVariants.Default)}.",
        DefaultValueFactory = _ => string.Join(',', MethodVariants.Default),
    };
    private readonly StudyArguments _study = new(new AdaMixOptions());

    public GroupedCommand Create()
    {
        GroupedCommand command = new("compare",
            "Compares tuning methods: accuracy and differences with intervals, trained parameters, time and memory, as tables and plots.")
        {
            Notes =
            [
                "adamix is what training takes by default, adamix-published what the paper has; either before a method, as in "
                + "adamix-lora, is its mixture on that method. All others are plain: one expert, one pass a step. Methods are "
                + "compared with adamix where it is among them, then with adamix that has options, adamix-published, or else the first.",
                "A method may have options of its own behind colons, by the names that they have in 'adamix train', as in "
                + "full:learning-rate=5e-5 or adapter:consistency=1:supervision=both; + stands between several values, as "
                + "in lora:matrices=query+value.",
                "With self-training-rounds=1 a method takes the rows of the training file that --rows leaves out as rows without a label.",
                "Differences are paired by seed. They have a 95 % interval from 2 seeds and a p-value, with Holm's correction for the "
                + "number of methods, from 3; over several data sets, the data set is the unit.",
                "The first training of a process also warms it up and takes longer. Times and memory are compared within one process on "
                + "one machine only. Peak MB is the largest working set of this process "
                + "while a trial trained; a trial may find memory that an earlier one left with the allocator. For exact figures "
                + "compare one method a process.",
            ],
            Examples =
            [
                "adamix compare --data trec6 --train-file train-1000.tsv --seeds 5 --out methods",
                "adamix compare --methods full,lora,adapter,adamix --data sst2,emotion --rows 1000 --out methods",
                "adamix compare --methods adamix,adamix:self-training-rounds=1 --data sst2,emotion --rows 100 --out unlabelled",
                "adamix compare --methods adamix,full:learning-rate=5e-5,full:learning-rate=2e-4 --data sst2 --out rates",
            ],
        };
        _study.AddTo(
            command, (parsed, template) => [MethodVariants.Table(Choices.Split(parsed.GetRequiredValue(_methods)), template)], _methods);
        return command;
    }
}
