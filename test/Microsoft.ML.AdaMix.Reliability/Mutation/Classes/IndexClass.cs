using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>The index of a checkpoint in several files: what is accepted gives tensors of these files, under their own names.</summary>
internal sealed class IndexClass : FileClass
{
    private static readonly byte[] Index =
    [
        .. """
        {"metadata":{"total_size":40},"weight_map":{"first":"model-1.safetensors","second":"model-2.safetensors"}}
        """u8,
    ];

    private readonly JsonTemplate _template = new(Index);
    private readonly Scratch _scratch;

    public IndexClass()
    {
        _scratch = Own(new Scratch());
        WriteShard("model-1.safetensors", "first", 1);
        WriteShard("model-2.safetensors", "second", 2);
        _scratch.Write("config.json", TinyModel.ConfigJson);
    }

    public override byte[] Valid => Index;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file)
    {
        _scratch.Write("model.safetensors.index.json", file);
        ITensorSource read = HuggingFaceFolder.OpenWeights(_scratch.Folder);
        return Tensors.FindProblem(read)
            ?? (read.Tensors.Keys.Any(name => read.Read(name).Values.Span[0] != (name == "first" ? 1 : 2))
                ? "a tensor is another one"
                : null);
    }

    // A shard that is named and not there is a missing file.
    public override bool Documents(Exception error) => error is InvalidDataException or FileNotFoundException;

    private void WriteShard(string file, string tensor, float value)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [new(tensor, HostTensor.From([1], [value]))]);
        _scratch.Write(file, stream.ToArray());
    }
}
