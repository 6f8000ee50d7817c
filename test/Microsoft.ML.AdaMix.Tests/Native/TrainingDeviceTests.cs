using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
public sealed class TrainingDeviceTests
{
    private static IEnumerable<object[]> Known =>
    [
        ["auto", TrainingDevice.Auto], ["cpu", TrainingDevice.Cpu], ["cuda", TrainingDevice.Cuda], ["cuda:0", TrainingDevice.Card(0)],
        ["cuda:12", TrainingDevice.Card(12)],
    ];

    [TestMethod]
    [DynamicData(nameof(Known))]
    public void A_device_is_written_as_it_is_read_everywhere(string text, TrainingDevice device)
    {
        Assert.AreEqual(text, device.ToString());
        Assert.AreEqual(device, TrainingDevice.Parse(text));
        Assert.IsTrue(device == TrainingDevice.Parse(text.ToUpperInvariant()));
        Assert.AreEqual($"\"{text}\"", JsonSerializer.Serialize(device));
        Assert.AreEqual(device, JsonSerializer.Deserialize<TrainingDevice>($"\"{text}\""));
        Assert.AreEqual(device, JsonSerializer.Deserialize<AdaMixOptions>($$"""{ "device": "{{text}}" }""")!.Device);
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Epochs"] = "2", ["Device"] = text }).Build();
        Assert.AreEqual(device, AdaMixOptions.FromConfiguration(configuration).Device);
    }

    [TestMethod]
    public void Devices_are_equal_where_they_are_written_alike()
    {
        Assert.AreEqual(TrainingDevice.Card(1), TrainingDevice.Card(1));
        Assert.AreEqual(TrainingDevice.Card(1).GetHashCode(), TrainingDevice.Card(1).GetHashCode());
        Assert.AreNotEqual(TrainingDevice.Card(0), TrainingDevice.Card(1));
        Assert.AreNotEqual(TrainingDevice.Cuda, TrainingDevice.Card(0));
        Assert.AreEqual(TrainingDevice.Auto, new AdaMixOptions().Device);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("gpu")]
    [DataRow("cuda:")]
    [DataRow("cuda:-1")]
    [DataRow("cuda:x")]
    [DataRow("cuda:1:2")]
    [DataRow("cpu:0")]
    [DataRow("cuda: 1")]
    [DataRow("cuda:99999999999")]
    public void What_is_no_device_is_named_with_what_is_expected(string text)
    {
        string message = Assert.ThrowsExactly<FormatException>(() => TrainingDevice.Parse(text)).Message;
        Assert.AreEqual($"The device is '{text}'; expected auto, cpu, cuda, or a card by its number such as cuda:1.", message);
        Assert.Contains("expected auto", Assert.ThrowsExactly<JsonException>(
            () => JsonSerializer.Deserialize<TrainingDevice>(JsonSerializer.Serialize(text))).Message);
        Assert.IsFalse(TrainingDevice.TryParse(null, out _));
    }

    [TestMethod]
    public void A_card_of_a_negative_number_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingDevice.Card(-1));

    [TestMethod]
    public void The_device_is_the_one_that_is_asked_for()
    {
        Assert.AreEqual("cpu", Choose(TrainingDevice.Auto, 0));
        Assert.AreEqual("cuda:0", Choose(TrainingDevice.Auto, 2));
        Assert.AreEqual("cuda:0", Choose(TrainingDevice.Cuda, 1));
        Assert.AreEqual("cuda:1", Choose(TrainingDevice.Card(1), 2));
        Assert.AreEqual("cpu", Choose(TrainingDevice.Cpu, 2));
        Assert.AreEqual(DeviceType.CPU, TrainingDevices.Choose(TrainingDevice.Cpu).type);
    }

    [TestMethod]
    [DataRow("cuda", 0, "Device is cuda, but there are 0 cards: the libtorch in use")]
    [DataRow("cuda:0", 0, "Device is cuda:0, but there are 0 cards: ")]
    [DataRow("cuda:1", 1, "Device is cuda:1, but there is 1 card: cuda:0. ")]
    [DataRow("cuda:5", 2, "Device is cuda:5, but there are 2 cards: cuda:0, cuda:1. ")]
    public void A_card_that_is_not_there_is_an_error_that_says_how_many_there_are(string device, int cards, string message)
    {
        TrainingDevice asked = TrainingDevice.Parse(device);
        Assert.StartsWith(message, Assert.ThrowsExactly<InvalidOperationException>(() => Choose(asked, cards)).Message);
    }

    private static string Choose(TrainingDevice device, int cards) => TrainingDevices.Choose(device, () => cards).ToString();
}
