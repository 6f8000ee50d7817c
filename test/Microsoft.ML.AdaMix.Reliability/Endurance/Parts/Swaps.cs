using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

/// <summary>Four threads answer without a pause, each with an engine of the current model; a step replaces the model.</summary>
internal sealed class Swaps : IEnduranceWork
{
    private const int Users = 4;
    private const int AnswersBetween = 200;

    private readonly ServedModels _models;
    private readonly Task[] _users;
    private readonly CancellationTokenSource _stop = new();
    private int _version;
    private long _answers;

    public Swaps(string folder)
    {
        _models = new ServedModels(folder, rows: 16);
        _users = [.. Enumerable.Range(0, Users).Select(user => Task.Factory.StartNew(
            () => Answer(user), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    public void Step(int number)
    {
        _models.Swap();
        Interlocked.Increment(ref _version);
        long until = Interlocked.Read(ref _answers) + AnswersBetween;
        SpinWait wait = default;
        while (Interlocked.Read(ref _answers) < until)
        {
            if (Array.Find(_users, user => user.IsFaulted) is { Exception: { } error })
            {
                throw error.InnerException!;
            }

            wait.SpinOnce();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll([.. _users.Where(user => !user.IsFaulted)]);
        _stop.Dispose();
    }

    private void Answer(int user)
    {
        Random random = new(user);
        while (!_stop.IsCancellationRequested)
        {
            int version = Volatile.Read(ref _version);
            (PredictionEngine<TextRow, TextScores> engine, float[][] expected) = _models.Engine();
            using (engine)
            {
                do
                {
                    int row = random.Next(_models.Rows.Length);
                    SameBits.Require(expected[row], engine.Predict(_models.Rows[row]).Score, $"user {user}, row {row}");
                    Interlocked.Increment(ref _answers);
                }
                while (version == Volatile.Read(ref _version) && !_stop.IsCancellationRequested);
            }
        }
    }
}
