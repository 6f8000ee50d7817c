using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>PyTorch files in memory.</summary>
internal abstract class TorchClass : FileClass
{
    protected static TorchFile Open(byte[] file) => TorchFile.Open(ByteRegion.From(file), "x.bin");
}

/// <summary>
/// The zip around a PyTorch file: every entry has a checksum, so that what is accepted is the original, but for entries whose checksum was
/// taken away, and for whole tensors of pickles that are in order.
/// </summary>
internal sealed class TorchZipClass : TorchClass
{
    private readonly ZipTemplate _template = new(TinyTorch.Items(TinyTorch.Pickle(legacy: false)));

    public override byte[] Valid => _template.Plain;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file) => Tensors.FindProblem(Open(file));
}

/// <summary>The zip around a PyTorch file with single bytes altered: what is accepted is the original.</summary>
internal sealed class TorchDamageClass : TorchClass
{
    private readonly byte[] _file = ZipBytes.Write(TinyTorch.Items(TinyTorch.Pickle(legacy: false)));
    private readonly TorchFile _original;

    public TorchDamageClass() => _original = Open(_file);

    public override byte[] Valid => _file;

    public override byte[] Mutate(Dice dice)
    {
        byte[] damaged = (byte[])_file.Clone();
        damaged[dice.Next(damaged.Length)] ^= (byte)(1 + dice.Next(255));
        return damaged;
    }

    public override string? Read(byte[] file)
    {
        TorchFile read = Open(file);
        return Tensors.FindProblem(read)
            ?? (read.Tensors.Count == _original.Tensors.Count
                && _original.Tensors.Keys.All(name => Tensors.AreEqual(read.Read(name), _original.Read(name)))
                    ? null
                    : "its tensors are not the original's");
    }
}

/// <summary>Pickles in a zip that is in order: what is accepted is consistent in itself.</summary>
internal sealed class PickleClass : TorchClass
{
    private readonly PickleTemplate _template = new(TinyTorch.Pickle(legacy: false));

    public override byte[] Valid { get; } = Zip(TinyTorch.Pickle(legacy: false));

    public override byte[] Mutate(Dice dice) => Zip(_template.Mutate(dice));

    public override string? Read(byte[] file) => Tensors.FindProblem(Open(file));


    private static byte[] Zip(byte[] pickle) => ZipBytes.Write(TinyTorch.Items(pickle));
}

/// <summary>The format before PyTorch 1.6, which has no checksums: what is accepted is consistent in itself.</summary>
internal sealed class LegacyTorchClass : TorchClass
{
    private readonly byte[] _pickle = TinyTorch.Pickle(legacy: true);
    private readonly PickleTemplate _template = new(TinyTorch.Pickle(legacy: true));

    public override byte[] Valid => [.. TinyTorch.LegacyStart, .. _pickle, .. TinyTorch.LegacyEnd];

    public override byte[] Mutate(Dice dice) => dice.Next(3) switch
    {
        0 => ByteMutator.Mutate(Valid, dice, [Counts(0), Counts(1)]),
        1 => [.. TinyTorch.LegacyStart, .. _pickle, .. ByteMutator.Mutate(TinyTorch.LegacyEnd, dice, [])],
        _ => [.. TinyTorch.LegacyStart, .. _template.Mutate(dice), .. TinyTorch.LegacyEnd],
    };

    public override string? Read(byte[] file) => Tensors.FindProblem(Open(file));

    private Field Counts(int storage)
    {
        int fromEnd = sizeof(long) + TinyTorch.SecondContent.Length
            + (storage == 0 ? sizeof(long) + TinyTorch.FirstContent.Length : 0);
        return new Field(TinyTorch.LegacyStart.Length + _pickle.Length + TinyTorch.LegacyEnd.Length - fromEnd, sizeof(long));
    }
}
