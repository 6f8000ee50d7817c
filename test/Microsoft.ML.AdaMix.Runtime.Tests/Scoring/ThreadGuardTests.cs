using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Engines and cursors are for one thread at a time; two at once would get each other's results.</summary>
[TestClass]
public class ThreadGuardTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void An_engine_used_by_two_threads_at_once_throws_in_both_and_names_the_remedy()
    {
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim goOn = new();
        using PredictionEngine<TextRow, TextScore> engine = Engine(text =>
        {
            if (text == "slow")
            {
                inside.Set();
                goOn.Wait();
            }
        });
        Exception? first = null;
        Thread thread = new(() => first = Catch(() => engine.Predict(new TextRow { Text = "slow" })));
        thread.Start();
        inside.Wait();

        Exception? second = Catch(() => engine.Predict(new TextRow { Text = "quick" }));
        goOn.Set();
        thread.Join();

        foreach (Exception? error in (Exception?[])[first, second])
        {
            Assert.IsInstanceOfType<InvalidOperationException>(error);
            Assert.Contains("PredictionEnginePool", error.Message);
        }

        Assert.HasCount(3, engine.Predict(new TextRow { Text = "later" }).Score);
    }

    [TestMethod]
    public void An_engine_that_threads_use_one_after_the_other_works()
    {
        TextRow[] rows = Classifiers.Rows(20);
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> engine = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        float[][] expected = Classifiers.Scores(model, rows);
        float[][] found = new float[rows.Length][];

        for (int i = 0; i < rows.Length; i++)
        {
            int row = i;
            Thread thread = new(() => found[row] = engine.Predict(rows[row]).Score);
            thread.Start();
            thread.Join();
        }

        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [TestMethod]
    public void An_engine_under_a_lock_works_on_several_threads()
    {
        TextRow[] rows = Classifiers.Rows(100);
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> engine = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        float[][] expected = Classifiers.Scores(model, rows);
        float[][] found = new float[rows.Length][];
        Lock one = new();

        Parallel.For(0, rows.Length, row =>
        {
            lock (one)
            {
                found[row] = engine.Predict(rows[row]).Score;
            }
        });

        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [TestMethod]
    public void Engines_of_one_model_work_within_each_other()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> inner = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        using PredictionEngine<TextRow, TextScore> outer = Engine(text => inner.Predict(new TextRow { Text = text }), model);

        Assert.HasCount(3, outer.Predict(new TextRow { Text = "abc" }).Score);
    }

    [TestMethod]
    public void A_row_that_two_threads_moved_to_is_read_by_neither_of_them_but_the_first()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));
        guard.Leave(guard.Enter(1)); // another thread moved to 1 as well, and its text is there

        Assert.IsInstanceOfType<InvalidOperationException>(OnAnotherThread(() => guard.Enter(1)));
        Assert.IsNull(OnAnotherThread(() => guard.Leave(guard.Enter(2))));
        Assert.ThrowsExactly<InvalidOperationException>(() => guard.Enter(2));
    }

    [TestMethod]
    public void A_row_that_was_passed_over_is_a_sign_of_two_threads_only_where_two_were_seen_before()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));
        guard.Leave(guard.Enter(2)); // a prediction that failed before its text was read
        Assert.IsNotNull(OnAnotherThread(() => guard.Enter(2)));

        Assert.ThrowsExactly<InvalidOperationException>(() => guard.Enter(4));
        guard.Leave(guard.Enter(5));
    }

    [TestMethod]
    public void Rows_that_all_have_one_number_may_be_read_by_several_threads()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));

        Assert.IsNull(OnAnotherThread(() => guard.Leave(guard.Enter(0))));
    }

    [TestMethod]
    public void A_cursor_used_by_two_threads_at_once_throws_and_one_used_by_one_after_the_other_does_not()
    {
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim goOn = new();
        IEnumerable<TextRow> Rows()
        {
            yield return new TextRow { Text = "a" };
            yield return new TextRow { Text = "b" };
            inside.Set();
            goOn.Wait();
            yield return new TextRow { Text = "c" };
        }

        IDataView scored = Classifiers.Transformer().Transform(_ml.Data.LoadFromEnumerable(Rows()));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Number"]]);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsNull(OnAnotherThread(() => Assert.IsTrue(cursor.MoveNext())));
        Exception? first = null;
        Thread thread = new(() => first = Catch(() => cursor.MoveNext()));
        thread.Start();
        inside.Wait();

        InvalidOperationException second = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext());
        goOn.Set();
        thread.Join();

        Assert.Contains("a cursor for each thread", second.Message);
        Assert.IsInstanceOfType<InvalidOperationException>(first);
    }

    private PredictionEngine<TextRow, TextScore> Engine(Action<string> before, AdaMixTransformer? model = null)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(1));
        ITransformer mapping = _ml.Transforms.CustomMapping<Mapped, Mapped>(
            (from, to) =>
            {
                before(from.Text);
                to.Text = from.Text;
            },
            null).Fit(rows);
        return _ml.Model.CreatePredictionEngine<TextRow, TextScore>(
            new TransformerChain<ITransformer>(mapping, model ?? Classifiers.Transformer()));
    }

    private static Exception? OnAnotherThread(Action action)
    {
        Exception? error = null;
        Thread thread = new(() => error = Catch(action));
        thread.Start();
        thread.Join();
        return error;
    }

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private sealed class Mapped
    {
        public string Text { get; set; } = string.Empty;
    }
}
