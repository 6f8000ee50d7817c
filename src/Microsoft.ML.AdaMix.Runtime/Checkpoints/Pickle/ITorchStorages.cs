namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>Where the numbers of a torch file are.</summary>
internal interface ITorchStorages
{
    /// <summary>The bytes of a storage, exactly as many as its count says.</summary>
    ReadOnlyMemory<byte> Read(PickleStorage storage, int elementSize);
}
