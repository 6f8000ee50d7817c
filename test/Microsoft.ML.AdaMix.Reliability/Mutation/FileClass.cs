namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A class of files that others may have written, and how it is attacked and judged. One object serves one thread.</summary>
/// <remarks>A new class is one more of these, and a line in <see cref="FileClasses"/>.</remarks>
internal abstract class FileClass : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];

    /// <summary>A valid file; reads as accepted, whatever is done to others.</summary>
    public abstract byte[] Valid { get; }

    /// <summary>A changed file; the same for the same dice.</summary>
    public abstract byte[] Mutate(Dice dice);

    /// <summary>Reads a file as the library or the tool does.</summary>
    /// <returns>Null if what was accepted is right; otherwise what is wrong with it.</returns>
    /// <exception cref="Exception">The file is refused: what <see cref="Documents"/> says.</exception>
    public abstract string? Read(byte[] file);

    /// <summary>Whether an exception is one that the documentation promises for a file that is not as it should be.</summary>
    public virtual bool Documents(Exception error) => error is InvalidDataException;

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? owned))
        {
            owned.Dispose();
        }
    }

    /// <summary>Disposes something with this object.</summary>
    protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
