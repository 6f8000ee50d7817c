using Microsoft.ML.AdaMix.Models.Families.Albert;
using Microsoft.ML.AdaMix.Models.Families.Bert;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Models.Families.DistilBert;
using Microsoft.ML.AdaMix.Models.Families.Electra;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;
using Microsoft.ML.AdaMix.Models.Families.MPNet;
using Microsoft.ML.AdaMix.Models.Families.Roberta;

namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>The families there are.</summary>
internal static class EncoderFamilies
{
    // In the order of the enumeration.
    private static readonly FamilyDefinition[] Known =
    [
        new RobertaFamily(),
        new BertFamily(),
        new DistilBertFamily(),
        new ElectraFamily(),
        new MPNetFamily(),
        new AlbertFamily(),
        new DebertaV2Family(),
        new ModernBertFamily(),
    ];

    public static IReadOnlyList<FamilyDefinition> All => Known;

    /// <summary>Every <c>model_type</c> that is read, in the order of families.</summary>
    public static IEnumerable<string> ModelTypes => Known.SelectMany(family => family.ModelTypes).Select(type => type.ModelType);

    public static FamilyDefinition Of(EncoderFamily family) => (uint)family < (uint)Known.Length
        ? Known[(int)family]
        : throw new ArgumentOutOfRangeException(nameof(family), family, "Unknown family.");

    /// <summary>The family of a <c>model_type</c>, or null.</summary>
    public static FamilyDefinition? Find(string modelType) =>
        Array.Find(Known, family => family.ModelTypes.Any(type => type.ModelType == modelType));

    /// <summary>The <c>model_type</c> of one of Hugging Face's classes, such as <c>XLMRobertaForMaskedLM</c>; null if none is it.</summary>
    public static string? ModelTypeOf(string architecture) => Known.SelectMany(family => family.ModelTypes)
        .FirstOrDefault(type => architecture.StartsWith(type.Class + "For", StringComparison.Ordinal)
            || architecture == type.Class + "Model").ModelType;

    /// <summary>The <c>model_type</c> that names of tensors tell; null if they fit no family, or several.</summary>
    /// <param name="tensors">Without what they were wrapped in.</param>
    public static string? ModelTypeOf(IReadOnlyCollection<string> tensors)
    {
        bool Any(string beginning) => tensors.Any(tensor => tensor.StartsWith(beginning, StringComparison.Ordinal));
        FamilyDefinition[] fitting = [.. Known.Where(family => family.Prefixes.Any(Any))];
        fitting = fitting.Length > 0 ? fitting : [.. Known.Where(family => family.OnlyName is { } only && Any(only))];
        return fitting.Length == 1 ? fitting[0].ModelTypes[0].ModelType : null;
    }
}
