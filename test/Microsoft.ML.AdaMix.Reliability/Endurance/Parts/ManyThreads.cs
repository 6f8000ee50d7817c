using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>
/// 64 threads on one model, twenty answers each a round; engines are made, disposed and forgotten at random, and the model is replaced
/// twice a round.
/// </summary>
internal sealed class ManyThreads(string folder) : IEnduranceWork
{
    private const int Threads = 64;
    private const int Answers = 20;

    private readonly ServedModels _models = new(folder, rows: 32);

    public void Step(int number)
    {
        Exception? error = null;
        using Barrier start = new(Threads + 1);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                Answer(new Random((number * Threads) + thread), $"round {number}, thread {thread}");
            }
            catch (Exception caught)
            {
                Interlocked.CompareExchange(ref error, caught, null);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        start.SignalAndWait();
        _models.Swap();
        _models.Swap();
        Array.ForEach(threads, thread => thread.Join());
        if (error is not null)
        {
            throw error;
        }
    }

    public void Dispose() => _models.Swap();

    private void Answer(Random random, string where)
    {
        (PredictionEngine<TextRow, TextScores> engine, float[][] expected) = _models.Engine();
        for (int answer = 0; answer < Answers; answer++)
        {
            int chance = random.Next(20);
            if (chance < 2)
            {
                if (chance == 0)
                {
                    engine.Dispose();
                }

                (engine, expected) = _models.Engine();
            }

            int row = random.Next(_models.Rows.Length);
            SameBits.Require(expected[row], engine.Predict(_models.Rows[row]).Score, where);
        }

        engine.Dispose();
    }
}
