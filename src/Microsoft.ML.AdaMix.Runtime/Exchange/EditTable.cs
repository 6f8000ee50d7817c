using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>How another library names the tensors of one kind of edit: read in both directions.</summary>
/// <typeparam name="TEdit">The edit.</typeparam>
/// <param name="Endings">What its tensors' names have behind the module's, in the order of <paramref name="Tensors"/>.</param>
/// <param name="Module">The edit's module.</param>
/// <param name="Tensors">The edit's tensors as files have them.</param>
/// <param name="Make">The edit of a module from such tensors.</param>
internal sealed record EditTable<TEdit>(
    string[] Endings, Func<TEdit, string> Module, Func<TEdit, HostTensor[]> Tensors, Func<string, HostTensor[], TEdit> Make)
    where TEdit : EncoderEdit
{
    /// <summary>Reads all edits of a file; tensors of modules that are in no base model stay.</summary>
    public IReadOnlyList<TEdit> Read(ForeignTensors file, ModuleNames names)
    {
        string[] modules = [.. file.Names.SelectMany(name => Endings.Where(ending => name.EndsWith(ending, StringComparison.Ordinal))
            .Select(ending => name[..^ending.Length])).Distinct(StringComparer.Ordinal)];
        return [.. modules.Where(module => names.Own(module) is not null).Select(
            module => Make(names.Own(module)!, [.. Endings.Select(ending => file.Take(module + ending))]))];
    }

    /// <summary>The way back.</summary>
    public IEnumerable<KeyValuePair<string, HostTensor>> Write(IEnumerable<EncoderEdit> edits, ModuleNames names) =>
        edits.OfType<TEdit>().SelectMany(edit => Endings.Zip(
            Tensors(edit), (ending, tensor) => KeyValuePair.Create(names.Stored(Module(edit)) + ending, tensor)));
}
