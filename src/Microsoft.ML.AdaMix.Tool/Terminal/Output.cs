using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Tool.Settings;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Where a command writes; all that it writes goes through here. People read standard output, or standard error where standard output is
/// taken: by the JSON object of --json, or by predictions.
/// </summary>
/// <remarks>
/// Where a line of progress stands in the terminal, all else that goes to a terminal is written around it, from whatever thread. Standard
/// output and standard error count as one terminal where both are terminals.
/// </remarks>
internal sealed class Output
{
    // Wide enough for a row of a table; files and pipes have no width of their own.
    private const int WidthOfFiles = 140;

    private readonly bool _json;
    private readonly TextWriter _people;

    /// <param name="data">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="json">Whether the command ends with a JSON object on standard output.</param>
    /// <param name="dataOnly">Whether standard output is for the command's data in any case.</param>
    /// <param name="terminals">What is known of the two; null to find out.</param>
    public Output(TextWriter data, TextWriter error, bool json, bool dataOnly = false, Terminals? terminals = null)
    {
        _json = json;
        terminals ??= Terminals.Find(data, error);
        data = terminals.Data ? new LastingWriter(data) : data;
        error = terminals.Error ? new LastingWriter(error) : error;
        bool onError = json || dataOnly;
        (TextWriter people, bool isTerminal) = onError ? (error, terminals.Error) : (data, terminals.Data);
        Screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(people),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            Screen.Profile.Width = WidthOfFiles;
        }

        bool canErase = isTerminal && (terminals.CanErase ?? Screen.Profile.Capabilities.Ansi);
        Live = new LiveLine(canErase ? people : null, () => Screen.Profile.Out.Width);
        Data = terminals.Data && Live.IsSeen ? new LineWriter(data, Live) : data;
        Error = terminals.Error && Live.IsSeen ? new LineWriter(error, Live) : error;
        _people = onError ? Error : Data;
        Screen.Profile.Out = new ScreenOutput(_people, Screen.Profile.Out);
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

    /// <summary>For people: tables.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>For people: how far the work is.</summary>
    public LiveLine Live { get; }

    /// <summary>A line for people.</summary>
    public void Say(string line) => _people.WriteLine(line);

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

    private sealed class ScreenOutput(TextWriter writer, IAnsiConsoleOutput terminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => terminal.IsTerminal;

        public int Width => terminal.Width;

        public int Height => terminal.Height;

        public void SetEncoding(Encoding encoding) => terminal.SetEncoding(encoding);
    }
}
