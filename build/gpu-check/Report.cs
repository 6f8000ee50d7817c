using System.Text.Json;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>Writes each line as it comes, to the console and, as JSON, to a file: a run that is ended keeps what it found.</summary>
internal sealed class Report(string path) : IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly StreamWriter _file = new(path) { AutoFlush = true };

    /// <summary>Claims that did not hold.</summary>
    public int Failed { get; private set; }

    public void Add(Line line)
    {
        string json = JsonSerializer.Serialize<object>(line, Json);
        _file.WriteLine(json);
        Console.WriteLine(json);
    }

    /// <summary>A claim that a figure is at most so much. An error is a failure, and the next claim follows.</summary>
    public void Check(string name, double limit, Func<double> find) => Check(name, limit, find, (found, most) => found <= most);

    /// <summary>A claim that a figure is at least so much.</summary>
    public void CheckAtLeast(string name, double limit, Func<double> find) => Check(name, limit, find, (found, least) => found >= least);

    /// <summary>A claim that something happens without an error.</summary>
    public void Check(string name, Action action) => Check(name, 0, () =>
    {
        action();
        return 0;
    });

    public void Dispose() => _file.Dispose();

    // libtorch's message goes on with its own stack; of ours the beginning tells the place.
    private static string Describe(Exception error) => string.Join(
        " | ",
        [
            $"{error.GetType().Name}: {error.Message.Split('\n')[0]}",
            .. (error.StackTrace ?? string.Empty).Split('\n').Select(line => line.Trim())
                .Where(line => line.Contains("AdaMix", StringComparison.Ordinal)).Take(5),
        ]);

    private void Check(string name, double limit, Func<double> find, Func<double, double, bool> holds)
    {
        CheckLine line;
        try
        {
            double found = find();
            line = new CheckLine(name, holds(found, limit), found, limit);
        }
#pragma warning disable CA1031 // Whatever goes wrong is the finding.
        catch (Exception error)
#pragma warning restore CA1031
        {
            line = new CheckLine(name, false, null, limit, Describe(error));
        }

        Failed += line.Passed ? 0 : 1;
        Add(line);
    }
}
