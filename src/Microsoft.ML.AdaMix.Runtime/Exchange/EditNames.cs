using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>What edits are called in messages: the method that makes such, as options name it.</summary>
internal static class EditNames
{
    /// <summary>The name; of kinds from outside that of their type.</summary>
    public static string Of(EncoderEdit edit) => edit switch
    {
        AdapterEdit => "adapter",
        LowRankEdit => "lora",
        ScaleEdit or InputScaleEdit => "ia3",
        PrefixEdit or PlacelessPrefixEdit => "prefix",
        PromptEdit => "prompt",
        ReplacementEdit => "bitfit or full",
        _ => edit.GetType().Name,
    };
}
