using System.Text;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>How names are written in files, on command lines and in errors.</summary>
internal static class Words
{
    /// <summary>AllLayers is all-layers, BFloat16 is bfloat16.</summary>
    public static string Kebab(string name)
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

    /// <summary>Auto, Cpu or Cuda.</summary>
    public static string List(IEnumerable<object> items)
    {
        string[] names = [.. items.Select(item => $"{item}")];
        return names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}
