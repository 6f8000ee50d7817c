using System.Globalization;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>How much memory this process may still take.</summary>
internal static class ProcessMemory
{
    private const string CgroupFolder = "/sys/fs/cgroup";

    /// <summary>
    /// Bytes that are free for this process: the least of what the system has, its container's limit leaves, and its limit of address
    /// space leaves. Null where nothing says so.
    /// </summary>
    public static long? Free()
    {
        if (!OperatingSystem.IsLinux())
        {
            GCMemoryInfo info = GC.GetGCMemoryInfo();
            return info.MemoryLoadBytes > 0 ? Math.Max(0, info.TotalAvailableMemoryBytes - info.MemoryLoadBytes) : null;
        }

        return new[] { Available(Lines("/proc/meminfo")), LeftOfContainer(CgroupFolder), LeftOfAddressSpace() }.Min();
    }

    /// <summary>A sentence on it.</summary>
    public static string Describe()
    {
        string free = Free() is { } bytes ? $"About {Megabytes(bytes)} MiB are free for this process" : "The free memory is not known";
        return AddressSpaceLimit(Lines("/proc/self/limits")) is { } limit
            ? $"{free}, whose address space is limited to {Megabytes(limit)} MiB (ulimit -v)."
            : $"{free}.";
    }

    /// <summary>Bytes that a system has for new work, by its /proc/meminfo.</summary>
    internal static long? Available(IEnumerable<string> memory) => Kilobytes(memory, "MemAvailable:");

    /// <summary>The limit of address space, by /proc/self/limits; null for none.</summary>
    internal static long? AddressSpaceLimit(IEnumerable<string> limits) => limits
        .Where(line => line.StartsWith("Max address space", StringComparison.Ordinal))
        .Select(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]))
        .FirstOrDefault();

    /// <summary>What a container's limit leaves (control groups, version 2); files that are only cached count as free.</summary>
    internal static long? LeftOfContainer(string folder) =>
        Number(Lines(Path.Combine(folder, "memory.max")).FirstOrDefault()) is { } most
        && Number(Lines(Path.Combine(folder, "memory.current")).FirstOrDefault()) is { } used
            ? Math.Max(0, most - used + (Lines(Path.Combine(folder, "memory.stat"))
                .Where(line => line.StartsWith("inactive_file ", StringComparison.Ordinal))
                .Select(line => Number(line.Split(' ')[1]))
                .FirstOrDefault() ?? 0))
            : null;

    private static long? LeftOfAddressSpace() =>
        AddressSpaceLimit(Lines("/proc/self/limits")) is { } limit && Kilobytes(Lines("/proc/self/status"), "VmSize:") is { } taken
            ? Math.Max(0, limit - taken)
            : null;

    private static long? Kilobytes(IEnumerable<string> lines, string name) => lines
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10)
        .FirstOrDefault();

    private static string[] Lines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Megabytes(long bytes) => (bytes >> 20).ToString("N0", CultureInfo.InvariantCulture);
}
