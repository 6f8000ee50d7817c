using Microsoft.ML.AdaMix.Hub;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>The encoders of the hub that a command names: each is one object, and is fetched when it is first needed.</summary>
/// <remarks>Of the command's own flow of control, and what it starts.</remarks>
internal sealed class CommandEncoders
{
    private static readonly AsyncLocal<CommandEncoders?> Current = new();

    private readonly HubOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<HubAddress, PretrainedEncoder> _found = [];

    private CommandEncoders(HubOptions options, CancellationToken cancellation) => (_options, _cancellation) = (options, cancellation);

    /// <summary>Says for a command who is told of downloads and what ends them.</summary>
    public static void Begin(HubOptions options, CancellationToken cancellation) =>
        Current.Value = new CommandEncoders(options, cancellation);

    /// <summary>The encoder of a name; for the same name the same object.</summary>
    public static PretrainedEncoder Find(HubAddress address)
    {
        if (Current.Value is not { } command)
        {
            return PretrainedEncoder.FromHubLater(address, null, CancellationToken.None);
        }

        lock (command._found)
        {
            if (!command._found.TryGetValue(address, out PretrainedEncoder? encoder))
            {
                encoder = PretrainedEncoder.FromHubLater(address, command._options, command._cancellation);
                command._found.Add(address, encoder);
            }

            return encoder;
        }
    }
}
