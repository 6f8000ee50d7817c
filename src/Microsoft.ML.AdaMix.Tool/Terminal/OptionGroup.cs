using System.CommandLine;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Options that belong together in the help text.</summary>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);

/// <summary>A command whose help shows its options in groups and examples below them.</summary>
internal sealed class GroupedCommand(string name, string description) : System.CommandLine.Command(name, description)
{
    private readonly List<OptionGroup> _groups = [];

    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>What stands below the options: how things work, and examples.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    public void Add(string title, params IEnumerable<Option> options)
    {
        OptionGroup group = new(title, [.. options]);
        _groups.Add(group);
        foreach (Option option in group.Options)
        {
            Add(option);
        }
    }
}
