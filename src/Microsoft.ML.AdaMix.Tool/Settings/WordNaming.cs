using System.Text;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Names of enumerations as command lines and files write them: AllLayers is all-layers, BFloat16 is bfloat16.</summary>
internal sealed class WordNaming : JsonNamingPolicy
{
    public static WordNaming Instance { get; } = new();

    public override string ConvertName(string name)
    {
        StringBuilder words = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }
}
