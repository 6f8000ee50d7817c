using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>What <see cref="NativeLibrary"/> does not offer of Linux's loader.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class GlibcLoader
{
    private const int Now = 2; // RTLD_NOW
    private const int LazyIfLoaded = 1 | 4; // RTLD_LAZY | RTLD_NOLOAD
    private const int LinkMap = 2; // RTLD_DI_LINKMAP

    /// <summary>Loads a library with all its symbols: one that is missing is found now, not in a training's hundredth step.</summary>
    /// <returns>What the loader says if it cannot be loaded, otherwise null.</returns>
    public static string? TryLoadWhole(string path)
    {
        var open = (delegate* unmanaged<byte*, int, nint>)Export("dlopen");
        var error = (delegate* unmanaged<byte*>)Export("dlerror");
        if (open is null || error is null)
        {
            return new LibraryLoader(Path.GetDirectoryName(path)!).TryLoad(path)?.Message;
        }

        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return open((byte*)name, Now) == 0 ? Marshal.PtrToStringUTF8((nint)error()) ?? "the system's loader gives no reason" : null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>
    /// Lets the loader know a library that is loaded by another path, until the result is disposed: who loads that path gets the library.
    /// </summary>
    /// <remarks>Writes <c>l_name</c> of its <c>struct link_map</c>, which <c>dlopen</c> compares before it looks at any file.</remarks>
    /// <returns>Null where this C library does not have it so; nothing is changed then.</returns>
    public static IDisposable? KnowAs(string library, string path)
    {
        var open = (delegate* unmanaged<byte*, int, nint>)Export("dlopen");
        var info = (delegate* unmanaged<nint, int, void*, int>)Export("dlinfo");
        if (open is null || info is null)
        {
            return null;
        }

        nint name = Marshal.StringToCoTaskMemUTF8(library);
        nint handle = open((byte*)name, LazyIfLoaded);
        Marshal.FreeCoTaskMem(name);
        nint* map = null;
        if (handle == 0 || info(handle, LinkMap, &map) != 0 || map is null || Marshal.PtrToStringUTF8(map[1]) is not { } known
            || !LoadedLibraries.AreSame(known, library))
        {
            return null;
        }

        return new KnownName(map, path);
    }

    // libdl's in older versions of glibc, which the host of .NET has loaded.
    private static nint Export(string name) =>
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out nint address) ? address : 0;

    // The map is struct link_map: address, name and more. The other name stays in memory, since others may be reading it.
    private sealed class KnownName : IDisposable
    {
        private readonly nint* _map;
        private readonly nint _own;

        public KnownName(nint* map, string path)
        {
            _map = map;
            _own = map[1];
            map[1] = Marshal.StringToCoTaskMemUTF8(path);
        }

        public void Dispose() => _map[1] = _own;
    }
}
