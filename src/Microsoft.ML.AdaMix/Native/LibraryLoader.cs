using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Loads libraries; where one needs another that the system does not find, that is looked for near by and loaded before.</summary>
/// <remarks>
/// PyTorch's wheels keep NVIDIA's libraries in packages of their own and name these in the libraries' search path, which is lost where a
/// folder holds copies of PyTorch's libraries, or links to them.
/// </remarks>
/// <param name="folder">Where the libraries lie.</param>
internal sealed class LibraryLoader(string folder)
{
    private readonly HashSet<string> _looked = new(StringComparer.Ordinal); // each once, so that it ends
    private string[]? _near;

    /// <summary>Loads a library, and before it what it lacks.</summary>
    /// <returns>What the system's loader says if it cannot be loaded, otherwise null.</returns>
    public DllNotFoundException? TryLoad(string path)
    {
        while (true)
        {
            try
            {
                NativeLibrary.Load(path);
                return null;
            }
            catch (DllNotFoundException error)
            {
                if (LoadFailure.MissingFile(error.Message) is not { } missing || !_looked.Add(missing)
                    || Near.Select(near => Path.Combine(near, missing)).FirstOrDefault(File.Exists) is not { } found)
                {
                    return error;
                }

                if (TryLoad(found) is { } deeper)
                {
                    return deeper;
                }
            }
        }
    }

    private string[] Near => _near ??= [.. new[] { folder, LinkPath.Follow(folder) }.Distinct(StringComparer.Ordinal).SelectMany(NearTo)];

    // site-packages/nvidia/cublas/lib and site-packages/torch.libs of site-packages/torch/lib.
    private static IEnumerable<string> NearTo(string lib)
    {
        string packages = Path.GetFullPath(Path.Combine(lib, "..", ".."));
        string nvidia = Path.Combine(packages, "nvidia");
        return Directory.Exists(nvidia)
            ? [lib, Path.Combine(packages, "torch.libs"), .. Directory.GetDirectories(nvidia).Order(StringComparer.Ordinal).SelectMany(
                package => new[] { Path.Combine(package, "lib"), Path.Combine(package, "lib64") })]
            : [lib, Path.Combine(packages, "torch.libs")];
    }
}
