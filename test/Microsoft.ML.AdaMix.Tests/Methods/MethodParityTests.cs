namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>Numbers of the adapters and peft libraries themselves.</summary>
[TestClass]
public sealed class MethodParityTests
{
    private const double Tolerance = 2e-5;

    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<object[]> Files => Golden.MethodFiles.Select(file => (object[])[file]);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Hidden_states_logits_loss_and_every_gradient_agree(string file)
    {
        MethodStep step = MethodStep.Compute(file);
        double largest = step.Values.Max(value => Golden.AssertClose(value.Expected, value.Actual, Tolerance, value.Name));
        Assert.AreEqual(step.Tensors.Expected, step.Tensors.Set, "the file sets every tensor of the method");
        Assert.AreEqual(step.Gradients.Expected, step.Gradients.Found, "the file has a gradient for everything that is trained");
        TestContext.WriteLine($"{file}: largest difference {largest:g2}");
    }
}
