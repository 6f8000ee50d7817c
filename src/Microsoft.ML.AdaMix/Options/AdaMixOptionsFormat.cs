using System.Text.Json;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>All options as one object; what is not named has its default.</summary>
internal sealed class AdaMixOptionsFormat : OptionFormat
{
    private static readonly Dictionary<Type, OptionFormat> Formats = new()
    {
        [typeof(PretrainedEncoder)] = new EncoderFormat(),
        [typeof(TuningMethod)] = new TuningMethodFormat(),
        [typeof(MixtureOptions)] = new ObjectFormat<MixtureOptions>(),
        [typeof(PromptTemplate)] = new PromptTemplateFormat(),
        [typeof(ClassWeights)] = new ClassWeightsFormat(),
        [typeof(WindowOptions)] = new ObjectFormat<WindowOptions>(),
        [typeof(CheckpointOptions)] = new ObjectFormat<CheckpointOptions>(),
    };

    public override object Read(OptionNode node)
    {
        AdaMixOptions options = new();
        OptionReader.Read(options, node, Formats);
        return options;
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        OptionWriter.Write(writer, value, Formats);
        writer.WriteEndObject();
    }
}
