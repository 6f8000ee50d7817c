using System.Diagnostics;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Times a model's own graphs in float32 and in int8.</summary>
internal static class ServingProbe
{
    /// <summary>By how much int8 has to be faster to be worth its small differences.</summary>
    public const double LeastGain = 1.3;

    private const int Rounds = 7;
    private const int Tokens = 24;

    /// <summary>The faster one; int8 only from <see cref="LeastGain"/> on.</summary>
    public static ServingPrecision Choose(TunedModel model)
    {
        using IModelSession float32 = ModelSessions.Open(model, ServingPrecision.Float32);
        using IModelSession int8 = ModelSessions.Open(model, ServingPrecision.Int8);
        int length = Math.Min(Tokens, model.Encoder.Config.MaxSequenceLength - model.Edits.PositionsTaken);
        int[] ids = [.. Enumerable.Range(0, length).Select(token => token % model.Encoder.Config.VocabularySize)];
        if (model.Input.Template is { } template)
        {
            ids.AsSpan(0, template.Masks).Fill(template.MaskId);
        }

        TokenIds row = new(ids, length);
        float[] logits = new float[model.Head.Outputs];
        double[] float32Seconds = new double[Rounds];
        double[] int8Seconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            // In turn, so that a change of the machine's speed hits both; the fastest round of each is the one that nothing disturbed.
            float32Seconds[round] = Time(float32);
            int8Seconds[round] = Time(int8);
        }

        return float32Seconds.Min() >= LeastGain * int8Seconds.Min() ? ServingPrecision.Int8 : ServingPrecision.Float32;

        double Time(IModelSession session)
        {
            long start = Stopwatch.GetTimestamp();
            session.Score([row], logits, []);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
