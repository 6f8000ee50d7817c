using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Compares every tuning method with reference numbers of the Python libraries adapters and peft.</summary>
[TestClass]
public class MethodParityTests
{
    private const double Tolerance = 2e-5;
    private const double WeightTolerance = 1e-6;

    public static IEnumerable<object[]> Files => Golden.MethodFiles.Select(file => (object[])[file]);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void A_tuned_encoder_gives_the_reference_logits(string file)
    {
        GoldenTensors golden = new(Reference.Golden("methods", $"{file}.safetensors"));
        TunedModel model = ReferenceModels.Plain("roberta").With(GoldenEdits.Read(file));

        (float[] logits, float[] embeddings) = ReferenceModels.Score(model, ReferenceModels.Rows("roberta"));

        Compare("logits", golden.Floats("out/logits"), logits, Tolerance);
        if (golden.Has("out/logits_merged"))
        {
            Compare("merged logits", golden.Floats("out/logits_merged"), logits, Tolerance);
        }

        if (golden.Has("out/last_hidden_state"))
        {
            Compare("first token", golden.FirstTokens("out/last_hidden_state"), embeddings, Tolerance);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Folded_weights_are_those_of_the_reference(string file)
    {
        const string Start = "merged/roberta.";
        GoldenTensors golden = new(Reference.Golden("methods", $"{file}.safetensors"));
        string[] names = [
            .. golden.Names.Where(name => name.StartsWith(Start, StringComparison.Ordinal)).Select(name => name[Start.Length..])];
        if (names.Length == 0)
        {
            return; // nothing of it can be folded, or the library did not
        }

        LoadedEncoder encoder = ReferenceModels.Plain("roberta").Encoder;
        FoldedWeights folded = new(encoder, GoldenEdits.Read(file));
        Assert.Contains(folded.IsChanged, names);
        float[] Concatenated(Func<string, float[]> tensor) => [.. names.SelectMany(tensor)];
        Compare("weights", Concatenated(name => golden.Floats(Start + name)), Concatenated(name => folded[name].Values.ToArray()),
            WeightTolerance);
    }

    private void Compare(string what, float[] expected, float[] found, double tolerance) =>
        TestContext.WriteLine($"{what}: largest difference {Golden.AssertClose(expected, found, tolerance, what):g2}");
}
