using System.CommandLine;
using System.Text;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How files are written, beyond their format: the same for all commands that read rows.</summary>
internal sealed class ReadingArguments
{
    private readonly Option<Encoding?> _encoding = new("--encoding")
    {
        HelpName = "NAME",
        Description = "Encoding of text, such as windows-1252. A byte order mark goes before it. Default: utf-8.",
        CustomParser = result =>
        {
            if (TextEncodings.Find(result.Tokens[0].Value) is not { } found)
            {
                result.AddError(
                    $"--encoding is '{result.Tokens[0].Value}'; expected a name or the number of a code page that .NET knows, such as "
                    + $"{TextEncodings.Usual}.");
                return null;
            }

            return found;
        },
    };
    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        HelpName = "CHAR",
        Description = $"Between the columns of CSV or TSV: {Delimiters.Expected}. Default: a comma in CSV, a tab in TSV.",
        CustomParser = result =>
        {
            char? found = Delimiters.Find(result.Tokens[0].Value);
            if (found is null)
            {
                result.AddError($"--delimiter is '{result.Tokens[0].Value}'; expected {Delimiters.Expected}.");
            }

            return found;
        },
    };
    private readonly Option<bool> _skipBadRows = new("--skip-bad-rows")
    {
        Description = "Leaves out rows that cannot be read, and says how many and which. Default: the first of them ends the command.",
    };

    public IEnumerable<Option> All => [_encoding, _delimiter, _skipBadRows];

    public ReadingOptions Read(ParseResult parsed, RowFormat? format) => new()
    {
        Format = format,
        Encoding = parsed.GetValue(_encoding),
        Delimiter = parsed.GetValue(_delimiter),
        SkipBadRows = parsed.GetValue(_skipBadRows),
    };
}
