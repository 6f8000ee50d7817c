using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>Whole models as the tool loads them: what is accepted is the original, tensor by tensor.</summary>
internal sealed class ModelClass : FileClass
{
    private readonly ZipTemplate _template = new(ZipItem.Of(TinyModelFile.Whole(), deflated: true));
    private readonly Scratch _scratch;
    private readonly MLContext _ml;

    public ModelClass()
    {
        _scratch = Own(new Scratch());
        _ml = new MLContext { TempFilePath = _scratch.Folder };
    }

    public override byte[] Valid => _template.Plain;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file)
    {
        using AdaMixTransformer model = ModelFile.LoadTransformer(_ml, _scratch.Write("model.zip", file), encoder: null);
        return TinyModelFile.Difference(model.Model, TinyModel.Model);
    }
}

/// <summary>Delta files as the library loads them, likewise.</summary>
internal sealed class DeltaClass : FileClass
{
    private readonly ZipTemplate _template = new(ZipItem.Of(TinyModelFile.Delta(), deflated: true));
    private readonly Scratch _scratch;
    private readonly MLContext _ml;
    private readonly PretrainedEncoder _encoder;
    private readonly ServedModel _original;

    public DeltaClass()
    {
        _scratch = Own(new Scratch());
        _ml = new MLContext { TempFilePath = _scratch.Folder };
        TinyModel.WriteFolder(_scratch.File("encoder"));
        _encoder = PretrainedEncoder.FromFolder(_scratch.File("encoder"));
        Own(_encoder.KeepInMemory());
        _original = Load(Valid).Model;
    }

    public override byte[] Valid => _template.Plain;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file)
    {
        using AdaMixTransformer model = Load(file);
        return TinyModelFile.Difference(model.Model, _original);
    }

    private AdaMixTransformer Load(byte[] file)
    {
        ITransformer loaded = _ml.Model.LoadDelta(new MemoryStream(file), _encoder, out _);
        return AdaMixTransformer.FindIn(loaded).FirstOrDefault() ?? throw new InvalidDataException("No model of AdaMix.");
    }
}

/// <summary>What <c>adamix info</c> reads of a model without loading it: what is accepted says what the original says.</summary>
internal sealed class DescriptionClass : FileClass
{
    private readonly ZipTemplate _template = new(ZipItem.Of(TinyModelFile.Delta(), deflated: true));
    private readonly Scratch _scratch;

    public DescriptionClass() => _scratch = Own(new Scratch());

    public override byte[] Valid => _template.Plain;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file)
    {
        foreach (ModelSummary summary in ModelSummary.Read(_scratch.Write("model.zip", file)))
        {
            if (summary.Outputs != 3 || summary.EncoderName != "tiny" || summary.Kind != ModelSummary.Delta
                || summary.Encoder != TinyModel.Config || !summary.Labels!.SequenceEqual(TinyModel.Model.Labels.Names!))
            {
                return $"it describes {summary}";
            }
        }

        return null;
    }
}
