using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>How long libtorch's OpenMP threads spin at a barrier before they sleep.</summary>
/// <remarks>
/// By default they spin so long that any other load on the machine makes training several times slower, since a thread that waits keeps the
/// processor from the one it waits for.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static partial class OpenMpThreads
{
    // Some microseconds: longer than a quiet machine's barriers take, shorter than a time slice.
    private const string SpinCount = "10000";

    /// <summary>Shortens the spinning unless the user has set it. Only has an effect before libgomp is loaded.</summary>
    public static void SpinBriefly()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            // .NET's own copy of the environment is not what native code reads.
            SetVariable("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
