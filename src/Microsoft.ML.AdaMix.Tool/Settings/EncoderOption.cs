using System.CommandLine;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>An option that names an encoder. One of the hub is fetched before the command begins.</summary>
internal sealed class EncoderOption : Option<string?>
{
    /// <summary>What help says of encoders that are no folder.</summary>
    public const string OrHub = ", or hub:OWNER/NAME[@REVISION].";

    public EncoderOption(string name, string description)
        : base(name)
    {
        HelpName = "ENCODER";
        Description = description;
    }
}
