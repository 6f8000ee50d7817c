using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Names of enumerations in the tool's files as command lines write them: AllLayers is all-layers, BFloat16 is bfloat16.</summary>
internal sealed class WordNaming : JsonNamingPolicy
{
    public static WordNaming Instance { get; } = new();

    public override string ConvertName(string name) => Words.Kebab(name);
}
