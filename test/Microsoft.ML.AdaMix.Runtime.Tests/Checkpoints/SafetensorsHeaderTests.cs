using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class SafetensorsHeaderTests
{
    private const string A = "\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}";

    [TestMethod]
    public void Of_a_file_that_is_only_described_no_more_is_read_than_its_header()
    {
        byte[] file = SafetensorsBytes.Make($"{{{A}}}", 8);
        using MemoryStream stream = new(file);

        SafetensorsHeader header = SafetensorsHeader.Read(stream, "file");

        Assert.HasCount(1, header.Tensors);
        Assert.AreEqual(file.Length - 8, stream.Position);
        foreach (int length in (int[])[0, 7, 8, 40, file.Length - 1])
        {
            using MemoryStream cut = new(file[..length]);
            Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsHeader.Read(cut, "file"));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    public void A_file_shorter_than_the_header_length_is_refused(int length) => AssertRefused(new byte[length], $"{length} bytes");

    [TestMethod]
    public void A_header_longer_than_100_MB_is_refused()
    {
        byte[] file = SafetensorsBytes.Make($"{{{A}}}", 8);
        BitConverter.TryWriteBytes(file, 100_000_001UL);
        AssertRefused(file, "100000001", "100000000");
        BitConverter.TryWriteBytes(file, ulong.MaxValue);
        AssertRefused(file, "18446744073709551615", "100000000");
    }

    [TestMethod]
    public void A_header_that_the_file_does_not_hold_is_refused()
    {
        byte[] file = SafetensorsBytes.Make($"{{{A}}}", 8);
        AssertRefused(file[..40], "only 32 follow", "truncated");
        AssertRefused(file[..8], "only 0 follow", "truncated");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" {}")]
    [DataRow("[]")]
    [DataRow("\"a\"")]
    public void A_header_that_does_not_begin_with_a_brace_is_refused(string header) => AssertRefused(header, 0, "does not begin with '{'");

    [TestMethod]
    [DataRow("{")]
    [DataRow("{\"a\"}")]
    [DataRow("{\"a\": ")]
    [DataRow("{} {}")]
    [DataRow("{} x")]
    [DataRow("{\"a\": 1,}")]
    [DataRow("{/* */}")]
    [DataRow("{\"a\": {\"dtype\": \"F32\"")]
    [DataRow("{\"a\": {\"shape\": [1")]
    public void A_header_that_is_not_JSON_is_refused(string header) => AssertRefused(header, 0);

    [TestMethod]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        byte[] header = System.Text.Encoding.Latin1.GetBytes($"{{{A.Replace("\"a\"", "\"\u00e9\"", StringComparison.Ordinal)}}}");
        AssertRefused(SafetensorsBytes.Make(header, 8));
        AssertRefused($"{{{A.Replace("\"a\"", "\"\\ud800\"", StringComparison.Ordinal)}}}", 8);
    }

    [TestMethod]
    [DataRow("{" + A + "," + A + "}", "'a' twice")]
    [DataRow("{" + A + ", \"__metadata__\": {}, \"__metadata__\": {}}", "'__metadata__' twice")]
    [DataRow("{\"__metadata__\": {\"k\": \"1\", \"k\": \"2\"}, " + A + "}", "'k' twice")]
    [DataRow("""{"a": {"dtype": "F32", "dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""", "repeated key 'dtype'")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "shape": [2], "data_offsets": [0, 8]}}""", "repeated key 'shape'")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], "more": 1}}""", "unknown or repeated key 'more'")]
    public void A_repeated_or_unknown_key_is_refused(string header, string cause) => AssertRefused(header, 8, cause);

    [TestMethod]
    [DataRow("""{"a": 1}""")]
    [DataRow("""{"a": null}""")]
    [DataRow("""{"a": []}""")]
    [DataRow("""{"__metadata__": 1}""")]
    [DataRow("""{"__metadata__": {"k": 1}}""")]
    [DataRow("""{"a": {"dtype": 1, "shape": [2], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": ["2"], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [[2]], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2.0], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4, 8]}}""")]
    [DataRow("""{"a": {"shape": [2], "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "data_offsets": [0, 8]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2]}}""")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2], "data_offsets": [0, 8]}}""")]
    public void An_entry_of_the_wrong_form_is_refused(string header) => AssertRefused(header, 8);

    [TestMethod]
    [DataRow("F128")]
    [DataRow("f32")]
    [DataRow("")]
    public void An_unknown_dtype_is_refused(string type) =>
        AssertRefused($"{{{Entry("a", type, "[2]", "[0, 8]")}}}", 8, "'a'", $"dtype '{type}'");

    [TestMethod]
    [DataRow("[9223372036854775807, 9223372036854775807]")]
    [DataRow("[4611686018427387904, 2]")]
    [DataRow("[288230376151711744, 4]")]
    public void A_shape_that_overflows_is_refused(string shape) =>
        AssertRefused($"{{{Entry("a", "F64", shape, "[0, 8]")}}}", 8, "'a'", "too large");

    [TestMethod]
    public void A_number_beyond_64_bits_is_refused() =>
        AssertRefused("""{"a": {"dtype": "F32", "shape": [99999999999999999999], "data_offsets": [0, 8]}}""", 8, "'a'", "too large");

    [TestMethod]
    public void A_type_of_less_than_a_byte_has_to_fill_its_bytes() =>
        AssertRefused("""{"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 1]}}""", 1, "'a'", "whole bytes");

    [TestMethod]
    [DataRow("[0, 4]")]
    [DataRow("[0, 12]")]
    [DataRow("[8, 0]")]
    public void Offsets_that_do_not_fit_dtype_and_shape_are_refused(string offsets) =>
        AssertRefused($"{{{Entry("a", "F32", "[2]", offsets)}}}", 12, "'a'", "needs 8 bytes", offsets);

    [TestMethod]
    [DataRow("[4, 12]")]
    [DataRow("[9223372036854775799, 9223372036854775807]")]
    public void Offsets_behind_the_end_are_refused(string offsets) =>
        AssertRefused($"{{{Entry("a", "F32", "[2]", offsets)}}}", 8, "'a'", "truncated");

    [TestMethod]
    public void An_empty_tensor_behind_the_end_is_refused() =>
        AssertRefused(
            """{"a": {"dtype": "F32", "shape": [0], "data_offsets": [9223372036854775807, 9223372036854775807]}}""", 0, "'a'", "truncated");

    [TestMethod]
    public void A_hole_between_tensors_is_refused() =>
        AssertRefused($"{{{A}, {Entry("b", "F32", "[1]", "[12, 16]")}}}", 16, "'b'", "behind a hole", "expected 8");

    [TestMethod]
    public void A_hole_before_the_first_tensor_is_refused() =>
        AssertRefused("""{"b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", 8, "'b'", "behind a hole", "expected 0");

    [TestMethod]
    [DataRow("[4, 8]")]
    [DataRow("[0, 4]")]
    public void Overlapping_tensors_are_refused(string offsets) =>
        AssertRefused($"{{{A}, {Entry("b", "F32", "[1]", offsets)}}}", 8, "inside another tensor");

    [TestMethod]
    public void Bytes_behind_the_last_tensor_are_refused() => AssertRefused($"{{{A}}}", 9, "altered");

    [TestMethod]
    public void A_truncated_data_part_is_refused() => AssertRefused($"{{{A}}}", 7, "truncated");

    [TestMethod]
    public void Order_blanks_scalars_and_empty_tensors_are_no_fault()
    {
        SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Make(
            """{"b": {"data_offsets": [8, 12], "dtype": "F32", "shape": []}, "__metadata__": {"k": "v"}, """ + A
            + """, "e": {"dtype": "BF16", "shape": [0, 3], "data_offsets": [8, 8]}}   """, 12));
        Assert.HasCount(3, file.Tensors);
        Assert.AreEqual("v", file.Metadata["k"]);
        Assert.AreEqual(1, file.Read("b").Count);
        Assert.AreEqual(0, file.Read("e").Count);
        CollectionAssert.AreEqual(new[] { 0, 3 }, file.Read("e").Shape);
    }

    [TestMethod]
    public void A_file_without_tensors_is_no_fault() => Assert.IsEmpty(SafetensorsBytes.Open(SafetensorsBytes.Make("{}", 0)).Tensors);

    [TestMethod]
    public void An_empty_tensor_with_a_side_beyond_32_bits_is_refused_when_read()
    {
        SafetensorsFile file = SafetensorsBytes.Open(
            SafetensorsBytes.Make("""{"a": {"dtype": "F32", "shape": [0, 4294967296], "data_offsets": [0, 0]}}""", 0));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => file.Read("a"));
        Assert.Contains("[0, 4294967296]", error.Message);
    }

    [TestMethod]
    public void A_type_that_is_no_weight_is_refused_when_read_and_its_bytes_are_not()
    {
        SafetensorsFile file = SafetensorsBytes.Open(
            SafetensorsBytes.Make("""{"a": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}""", 8));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => file.Read("a"));
        Assert.Contains("Int64", error.Message);
        Assert.Contains(SafetensorsBytes.Name, error.Message);
        CollectionAssert.AreEqual(new long[1], file.ReadInt64("a"));
        Assert.AreEqual(8, file.ReadBytes("a").Length);
        Assert.Contains("'c'", Assert.ThrowsExactly<InvalidDataException>(() => file.Read("c")).Message);
    }

    private static string Entry(string name, string type, string shape, string offsets) =>
        $"\"{name}\": {{\"dtype\": \"{type}\", \"shape\": {shape}, \"data_offsets\": {offsets}}}";

    private static void AssertRefused(string header, int dataLength, params string[] named) =>
        AssertRefused(SafetensorsBytes.Make(header, dataLength), named);

    private static void AssertRefused(byte[] file, params string[] named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsBytes.Open(file));
        foreach (string part in (string[])[SafetensorsBytes.Name, .. named])
        {
            Assert.Contains(part, error.Message);
        }
    }
}
