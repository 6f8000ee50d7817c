using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Tool.Settings;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Where a command writes. People read standard output, or standard error where standard output is taken: by the JSON object of --json, or
/// by predictions.
/// </summary>
internal sealed class Output
{
    // Wide enough for a line of progress or a row of a table; files and pipes have no width of their own.
    private const int WidthOfFiles = 140;

    private readonly bool _json;

    /// <param name="data">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="json">Whether the command ends with a JSON object on standard output.</param>
    /// <param name="dataOnly">Whether standard output is for the command's data in any case.</param>
    public Output(TextWriter data, TextWriter error, bool json, bool dataOnly = false)
    {
        _json = json;
        Data = data;
        Error = error;
        bool onError = json || dataOnly;
        TextWriter people = onError ? error : data;
        bool terminal = (people == Console.Out && !Console.IsOutputRedirected) || (people == Console.Error && !Console.IsErrorRedirected);
        Screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(people),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal)
        {
            Screen.Profile.Width = WidthOfFiles;
        }
    }

    /// <summary>What all JSON of the tool looks like.</summary>
    public static JsonSerializerOptions JsonFormat { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(WordNaming.Instance) },
    };

    /// <summary>For the command's data.</summary>
    public TextWriter Data { get; }

    /// <summary>For warnings and errors.</summary>
    public TextWriter Error { get; }

    /// <summary>For people.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>A line for people.</summary>
    public void Say(string line) => Screen.WriteLine(line);

    /// <summary>A warning.</summary>
    public void Warn(string warning) => Error.WriteLine($"Warning: {warning}");

    /// <summary>Ends the command with its JSON object, where one was asked for.</summary>
    public void Finish(JsonObject result)
    {
        if (_json)
        {
            Data.WriteLine(result.ToJsonString(JsonFormat));
            Data.Flush();
        }
    }
}
