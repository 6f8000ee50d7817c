using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
public sealed class ProcessMemoryTests
{
    [TestMethod]
    public void Available_memory_and_the_limit_of_address_space_are_read()
    {
        Assert.AreEqual(2048L << 10, ProcessMemory.Available(["MemTotal:  9000 kB", "MemFree:  1000 kB", "MemAvailable:    2048 kB"]));
        Assert.IsNull(ProcessMemory.Available(["nothing"]));
        Assert.AreEqual(6291456000, ProcessMemory.AddressSpaceLimit(["Max address space         6291456000           unlimited   bytes"]));
        Assert.IsNull(ProcessMemory.AddressSpaceLimit(["Max address space         unlimited            unlimited            bytes"]));
    }

    [TestMethod]
    public void A_container_s_limit_leaves_what_is_not_used_and_what_is_only_cached()
    {
        string folder = Directory.CreateTempSubdirectory("adamix-cgroup").FullName;
        File.WriteAllText(Path.Combine(folder, "memory.current"), "700\n");
        File.WriteAllText(Path.Combine(folder, "memory.stat"), "anon 5\ninactive_file 50\n");
        Assert.IsNull(ProcessMemory.LeftOfContainer(folder), "no memory.max");
        File.WriteAllText(Path.Combine(folder, "memory.max"), "max\n");
        Assert.IsNull(ProcessMemory.LeftOfContainer(folder), "no limit");
        File.WriteAllText(Path.Combine(folder, "memory.max"), "1000\n");
        Assert.AreEqual(350, ProcessMemory.LeftOfContainer(folder));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void This_machine_has_free_memory() => Assert.IsGreaterThan(0, ProcessMemory.Free() ?? 1);
}
