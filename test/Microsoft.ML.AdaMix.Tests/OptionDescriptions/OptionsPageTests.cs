using System.Globalization;
using System.Text;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tests.OptionDescriptions;

/// <summary>The list of all options in docs/options.md, made of their descriptions.</summary>
[TestClass]
public sealed class OptionsPageTests
{
    private const string Heading = "## All options\n";
    private const int Width = 140;

    // Where it is set, the list is written instead of compared.
    private const string Writes = "ADAMIX_WRITE_DOCS";

    [TestMethod]
    public void Every_option_stands_on_the_page_as_it_is_described()
    {
        string path = Path.Combine(Reference.Repository, "docs", "options.md");
        string page = File.ReadAllText(path);
        int start = page.IndexOf(Heading, StringComparison.Ordinal);
        string list = List();
        if (Environment.GetEnvironmentVariable(Writes) is { Length: > 0 })
        {
            File.WriteAllText(path, (start < 0 ? page + "\n" : page[..start]) + list);
            return;
        }

        Assert.AreEqual(list, start < 0 ? string.Empty : page[start..], $"{Writes}=1 with this test writes the list anew.");
        Assert.Contains(nameof(AdaMixOptions.HeadStart), list);
    }

    private static string List()
    {
        StringBuilder list = new(Heading + "\n");
        list.Append(Wrapped(
            "", "Written from the options' own descriptions; a test compares them. Behind each name stands what `adamix` calls it. Options "
            + "of several methods are told with each."));
        Type[] types = [.. typeof(AdaMixOptions).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && OptionDescription.For(type).Count > 0)
            .OrderBy(type => type == typeof(AdaMixOptions) ? 0 : type == typeof(MixtureOptions) ? 1 : 2)
            .ThenBy(type => type.Name, StringComparer.Ordinal)];
        foreach (Type type in types)
        {
            list.Append(CultureInfo.InvariantCulture, $"\n### {type.Name}\n\n");
            object? initial = type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
            foreach (OptionDescription option in OptionDescription.For(type))
            {
                list.Append(Wrapped("- ", Line(option, initial)));
            }
        }

        return list.ToString();
    }

    private static string Line(OptionDescription option, object? initial)
    {
        string line = !option.IsOnCommandLine ? $"`{option.Name}`"
            : IsTurnedOff(option, initial) ? $"`{option.Name}`, false by `{option.CommandLineName}`"
            : $"`{option.Name}` (`{option.CommandLineName}`)";
        string allowed = option.Type == typeof(bool) ? "true or false" : option.Allowed;
        bool isObject = option.Type == typeof(TuningMethod) || option.Type == typeof(MixtureOptions);
        string known = isObject ? string.Empty : Default(option, initial);
        return $"{line}: {option.Help}{(allowed.Length > 0 ? $" {Capital(allowed)}." : "")}{known}";
    }

    // A flag that is on by default has help that says what turning it off does.
    private static bool IsTurnedOff(OptionDescription option, object? initial) => initial is not null && option.Get(initial) is true;

    private static string Default(OptionDescription option, object? initial) => initial is null ? string.Empty
        : option.Get(initial) switch
        {
            null => $" Default: null, {option.WhenNull}.",
            IFormattable or string or bool or Range => $" Default: {OptionText.Write(option.Get(initial)!)}.",
            _ => string.Empty,
        };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Wrapped(string mark, string text)
    {
        StringBuilder lines = new();
        string line = mark;
        bool isEmpty = true;
        foreach (string word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                lines.Append(line).Append('\n');
                (line, isEmpty) = (new string(' ', mark.Length), true);
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        return lines.Append(line).Append('\n').ToString();
    }
}
