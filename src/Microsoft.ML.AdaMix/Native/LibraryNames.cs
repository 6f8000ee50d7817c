namespace Microsoft.ML.AdaMix.Native;

/// <summary>How libtorch's libraries are called in files.</summary>
internal static class LibraryNames
{
    /// <summary>TorchSharp's own.</summary>
    public const string TorchSharp = "LibTorchSharp";

    /// <summary>The one that has the most, and that there must be once only.</summary>
    public const string TorchCpu = "torch_cpu";

    public const string TorchCuda = "torch_cuda";

    public const string Torch = "torch";

    /// <summary>Those of libtorch, each behind what it needs.</summary>
    /// <remarks>CUDA is registered when its library is loaded, which has to be before the first use of autograd.</remarks>
    public static IReadOnlyList<string> InLoadOrder { get; } = ["c10", "c10_cuda", TorchCpu, TorchCuda, Torch];

    private static readonly (string Before, string After, string System)[] Platforms =
    [
        ("lib", ".so", "Linux"), ("", ".dll", "Windows"), ("lib", ".dylib", "macOS"),
    ];

    /// <summary>Whether a libtorch without it is whole: one for the CPU.</summary>
    public static bool IsOptional(string name) => name is "c10_cuda" or TorchCuda;

    /// <summary>The file's name on this system: libtorch_cpu.so, torch_cpu.dll.</summary>
    public static string FileOf(string name) => FileOf(name, OperatingSystem.IsWindows() ? 1 : OperatingSystem.IsMacOS() ? 2 : 0);

    /// <summary>The system whose libtorch lies in a folder; null for none.</summary>
    public static string? SystemOf(string folder) => Platforms.Index()
        .FirstOrDefault(platform => File.Exists(Path.Combine(folder, FileOf(TorchCpu, platform.Index)))).Item.System;

    private static string FileOf(string name, int platform) => Platforms[platform].Before + name + Platforms[platform].After;
}
