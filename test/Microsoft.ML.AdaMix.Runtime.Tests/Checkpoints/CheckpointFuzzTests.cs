using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>
/// Damaged files throw <see cref="InvalidDataException"/> and nothing else, and never ask for much memory. Seeded, so that a failure
/// repeats.
/// </summary>
[TestClass]
public sealed class CheckpointFuzzTests
{
    private const int Rounds = 3000;
    private const int RoundsOnDisk = 600;
    private const long MostMemory = 4 << 20;

    [TestMethod]
    public void Damaged_safetensors_files_throw_InvalidDataException_in_little_memory()
    {
        byte[] valid = SafetensorsBytes.Of(
            new Dictionary<string, string> { ["format"] = "pt" },
            ("first", HostTensor.From([2, 3], new float[6])),
            ("second", HostTensor.From([4], new float[4]) with { Storage = StorageType.Float16 }));
        Attack(1, Rounds, valid, SafetensorsBytes.Open);
    }

    [TestMethod]
    public void Damaged_PyTorch_archives_throw_InvalidDataException_in_little_memory()
    {
        using TemporaryFolder folder = new();
        Attack(2, RoundsOnDisk, TorchBytes.Zip(), bytes => TorchFile.Open(folder.Write("model.bin", bytes)));
    }

    [TestMethod]
    public void Damaged_pickles_inside_an_archive_throw_InvalidDataException_in_little_memory()
    {
        using TemporaryFolder folder = new();
        Attack(3, RoundsOnDisk, TorchBytes.Dictionary(legacy: false), bytes => TorchFile.Open(
            folder.Write("model.bin", TorchBytes.Zip(bytes, ("data/0", TorchBytes.Floats(6)), ("data/1", TorchBytes.Floats(4))))));
    }

    [TestMethod]
    public void Damaged_legacy_PyTorch_files_throw_InvalidDataException_in_little_memory()
    {
        using TemporaryFolder folder = new();
        Attack(4, RoundsOnDisk, TorchBytes.Legacy(), bytes => TorchFile.Open(folder.Write("model.bin", bytes)));
    }

    [TestMethod]
    public void Pickle_opcodes_in_any_order_throw_nothing_but_InvalidDataException()
    {
        byte[] opcodes = [.. "NJKMGXUCB()t]ae}suqrh j02cRbQ."u8, 0x80, 0x88, 0x89, 0x8a, 0x8c, 0x85, 0x86, 0x87, 0x93, 0x94, 0x95, 0x81];
        Random random = new(5);
        for (int round = 0; round < 20 * Rounds; round++)
        {
            byte[] pickle = new byte[random.Next(1, 60)];
            for (int i = 0; i < pickle.Length; i++)
            {
                pickle[i] = random.Next(4) == 0 ? (byte)random.Next(4) : opcodes[random.Next(opcodes.Length)];
            }

            Expect(() => new Unpickler(pickle).Load(), $"round {round}: {Convert.ToHexString(pickle)}");
        }
    }

    private static void Attack(int seed, int rounds, byte[] valid, Func<byte[], ITensorSource> open)
    {
        Assert.IsTrue(ReadAll(open(valid)) > 0);
        for (int length = 0; length < valid.Length; length += 3)
        {
            Expect(() => ReadAll(open(valid[..length])), $"cut to {length} bytes");
        }

        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = Damage(random, valid);
            Expect(() => ReadAll(open(damaged)), $"round {round}: {Convert.ToHexString(damaged)}");
        }
    }

    private static int ReadAll(ITensorSource source) => source.Tensors
        .Where(tensor => tensor.Value.Type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16)
        .Sum(tensor => source.Read(tensor.Key).Values.Length);

    private static byte[] Damage(Random random, byte[] valid)
    {
        List<byte> bytes = [.. valid];
        for (int change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
        {
            int place = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[place] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    bytes.Insert(place, (byte)random.Next(256));
                    break;
                case 4:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place));
                    break;
                default:
                    bytes.InsertRange(place, bytes.GetRange(place, Math.Min(random.Next(1, 40), bytes.Count - place)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Expect(Action action, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            action();
        }
        catch (InvalidDataException)
        {
            // The one that a damaged file may throw.
        }
        catch (Exception error) when (error is not UnitTestAssertException)
        {
            Assert.Fail($"{what}\n{error}");
        }

        Assert.IsLessThan(MostMemory, GC.GetAllocatedBytesForCurrentThread() - before, what);
    }
}
