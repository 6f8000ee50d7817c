using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>What the driver says of an NVIDIA card.</summary>
internal static partial class CudaCard
{
    private const string Driver = "adamix-cuda-driver";
    private const int MajorCapability = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR

    static CudaCard() => NativeLibrary.SetDllImportResolver(typeof(CudaCard).Assembly, (name, _, _) =>
        name == Driver && NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver) ? driver : 0);

    /// <summary>The first number of a card's compute capability (8 is Ampere, 9 Hopper); 0 where the driver does not say.</summary>
    /// <param name="index">As CUDA counts; negative for the first one.</param>
    public static int Generation(int index)
    {
        try
        {
            return Initialize(0) == 0 && GetDevice(out int device, Math.Max(0, index)) == 0
                && GetAttribute(out int major, MajorCapability, device) == 0
                    ? major
                    : 0;
        }
        catch (DllNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int GetDevice(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int GetAttribute(out int value, int attribute, int device);
}
