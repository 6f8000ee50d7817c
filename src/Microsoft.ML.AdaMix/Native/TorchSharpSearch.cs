namespace Microsoft.ML.AdaMix.Native;

/// <summary>Leads TorchSharp to the libtorch that is loaded.</summary>
/// <remarks>
/// When its class <c>torch</c> is first used, TorchSharp 0.107 loads torch_cpu and torch_cuda by name, from the application's folders
/// first. An own copy there, as the package libtorch-cpu-linux-x64 brings it, would be a second libtorch, and end the process: the two
/// share some of their state. .NET asks no resolver before, and TorchSharp's own flags cannot be set before the class is used.
/// </remarks>
internal sealed class TorchSharpSearch : IDisposable
{
    private readonly List<IDisposable> _names = [];

    private TorchSharpSearch()
    {
    }

    /// <summary>Leads it until the result is disposed.</summary>
    /// <param name="loaded">Files of the libraries that are loaded, by name.</param>
    /// <param name="folders">Where TorchSharp looks.</param>
    /// <param name="given">The libtorch that is loaded.</param>
    /// <exception cref="NotSupportedException">The application has one of its own, and this system's loader cannot be led.</exception>
    public static TorchSharpSearch Lead(IReadOnlyDictionary<string, string> loaded, NativeFolders folders, GivenLibTorch given)
    {
        TorchSharpSearch search = new();
        foreach (string library in new[] { LibraryNames.TorchCpu, LibraryNames.TorchCuda })
        {
            // Where the given libtorch is for the CPU alone, its last library stands in for what must not come in.
            string stand = loaded.GetValueOrDefault(library) ?? loaded[LibraryNames.Torch];
            if (folders.FindAsRuntime(LibraryNames.FileOf(library)) is { } own && !LoadedLibraries.AreSame(own, stand))
            {
                IDisposable? name = OperatingSystem.IsLinux() ? GlibcLoader.KnowAs(stand, own) : null;
                if (name is null)
                {
                    search.Dispose();
                    throw LoadFailure.OwnBeside(own, given);
                }

                search._names.Add(name);
            }
        }

        return search;
    }

    public void Dispose() => _names.ForEach(name => name.Dispose());
}
